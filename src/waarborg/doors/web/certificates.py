"""Which client certificate a request came with: of the connection itself, or as a listed proxy says that saw it."""

import base64
import binascii
import ssl
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from waarborg.doors.web.middleware import Next, TrustedProxy

LONGEST_HEADER = 8000


class ClientCertificate(TrustedProxy):
    """Put the certificate on the request as DER bytes. Stands before TrustedProxy, which takes the proxy's own address away.

    A connection that a proxy made never speaks for the client with its own certificate. A header is believed of a listed
    proxy only, and only the one header that the installation named.
    """

    def __init__(self, get_response: Next) -> None:
        super().__init__(get_response)
        self.header = settings.WAARBORG.web.client_certificate_header

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.client_certificate = self._shown(request)  # type: ignore[attr-defined] # as declared in requests.Request
        return self.get_response(request)

    def _shown(self, request: HttpRequest) -> bytes | None:
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            return read_header(request.headers.get(self.header, "")) if self.header else None
        return _of_connection(request.META.get("gunicorn.socket"))


def read_header(said: str) -> bytes | None:
    """Return the certificate in a header: URL-encoded PEM, or bytes between colons (RFC 9440). Two of them are none."""
    text = said.strip()
    if not text or len(text) > LONGEST_HEADER or "," in text:
        return None
    try:
        if text.startswith(":") and text.endswith(":"):
            return base64.b64decode(text[1:-1], validate=True) or None
        return ssl.PEM_cert_to_DER_cert(unquote(text))
    except (ValueError, binascii.Error):
        return None


def _of_connection(connection: Any) -> bytes | None:
    """Return what the TLS layer verified; nothing where there is no TLS or no certificate was asked for."""
    if not isinstance(connection, ssl.SSLSocket) or connection.context.verify_mode is ssl.CERT_NONE:
        return None
    return connection.getpeercert(binary_form=True)
