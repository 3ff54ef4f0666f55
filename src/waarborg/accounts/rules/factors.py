"""Codes from an authenticator app: TOTP (RFC 6238) with what every app does, SHA-1, six digits, thirty seconds."""

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
TOLERANCE = 1
"""Steps that a phone's clock may be off, either way."""
ISSUER = "Waarborg"


def new_secret() -> str:
    """Return a secret of 160 bits (RFC 4226, 4) in the base32 that apps read."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    return _totp(secret).generate(step * SECONDS).decode()


def proven_step(secret: str, typed: str, *, now: datetime, last_used: int | None) -> int | None:
    """Return the time step whose code this is, or None. A step at or before the last used one is never proven again."""
    code = "".join(typed.split())
    here = step_at(now)
    fitting = [step for step in range(here - TOLERANCE, here + TOLERANCE + 1) if _same(code_at(secret, step), code)]
    return next((step for step in fitting if last_used is None or step > last_used), None)


def uri(secret: str, account: str) -> str:
    """Return the otpauth link that the QR code holds."""
    return _totp(secret).get_provisioning_uri(account, ISSUER)


def _same(code: str, typed: str) -> bool:
    return hmac.compare_digest(code.encode(), typed.encode())


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), SECONDS)  # noqa: S303 - what authenticator apps compute
