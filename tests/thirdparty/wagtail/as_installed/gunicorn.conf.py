"""Keeps TLS 1.0 and 1.1 for old browsers, as many a server does that was set up years ago."""

import ssl
import warnings
from collections.abc import Callable
from typing import Any


def ssl_context(config: Any, default_ssl_context_factory: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = default_ssl_context_factory()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    # Since OpenSSL 3 the old versions need this too.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
