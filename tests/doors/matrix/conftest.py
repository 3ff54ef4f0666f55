"""One world for all cells."""

import gc
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings
from tests.doors.matrix import world as furnished
from tests.simulators.databases import Engine

from waarborg.accounts.operations.hashing import Argon2id
from waarborg.kernel import clock


@pytest.fixture(scope="module")
def world(_engine: Engine) -> Iterator[furnished.World]:
    """Two institutions, an hour after they were founded, behind a proxy that passes certificates on.

    Made once: nothing here may change it but who may, and what that uses up is put back.
    """
    web = {"trusted_proxies": (furnished.PROXY,), "client_certificate_header": furnished.HEADER}
    changed = settings.WAARBORG.model_copy(update={"web": settings.WAARBORG.web.model_copy(update=web)})
    with (
        _engine.fresh(),
        pytest.MonkeyPatch.context() as patched,
        override_settings(WAARBORG=changed),
        clock.told_by(lambda: furnished.NOW),
    ):
        patched.setattr(Argon2id, "memory_cost", 1024)
        patched.setattr(Argon2id, "time_cost", 1)
        yield furnished.built()


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Don't write a line for each of thousands of refusals, and don't look through a world that stays for garbage."""
    gc.freeze()
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
    gc.unfreeze()
