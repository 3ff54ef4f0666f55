"""A first message written by hand, for old versions only: it offers cipher suites that our own library no longer has.

No cryptography happens here. The server's answer to this message alone tells whether it would use the version.
"""

import os
import struct

from waarborg.assurance.checks.tls.values import Version

WIRE_VERSIONS: dict[Version, bytes] = {"TLS 1.0": b"\x03\x01", "TLS 1.1": b"\x03\x02"}
# Every suite of TLS 1.0 and 1.1, RC4 and DES too: RFC 2246, 3268, 4132, 4162, 4492.
RANGES = ((0x0001, 0x001C), (0x002F, 0x003B), (0x0041, 0x0047), (0x0084, 0x008A), (0x0096, 0x009C), (0xC001, 0xC01A))
SUITES = b"".join(struct.pack(">H", suite) for start, end in RANGES for suite in range(start, end))
ALERT, HANDSHAKE = 21, 22
SERVER_HELLO = 2
# handshake_failure, protocol_version, insufficient_security (RFC 5246, 7.2); the other alerts say something else.
REFUSALS = frozenset({40, 70, 71})
# Positions in an answer: record header 5, then alert (level, description) or handshake header 4, version 2, random 32.
ALERT_KIND, VERSION, SESSION = 6, 9, 43
ENOUGH = 128


def client_hello(version: Version, host: str) -> bytes:
    """Return a ClientHello record that offers this version only."""
    extensions = _server_name(host) + _extension(10, _sized(b"\x00\x17\x00\x18\x00\x19")) + _extension(11, b"\x01\x00")
    body = WIRE_VERSIONS[version] + os.urandom(32) + b"\x00" + _sized(SUITES) + b"\x01\x00" + _sized(extensions)
    handshake = b"\x01" + struct.pack(">I", len(body))[1:] + body
    return bytes([HANDSHAKE]) + b"\x03\x01" + _sized(handshake)


def is_enough(answer: bytes) -> bool:
    """Whether more bytes could change what the answer says."""
    return len(answer) > ALERT_KIND if answer[:1] == bytes([ALERT]) else len(answer) >= ENOUGH


def server_chose(answer: bytes, version: Version) -> str | None:
    """Return the suite that the server chose for this version, None when it refused. Raises ValueError."""
    if len(answer) > ALERT_KIND and answer[0] == ALERT and answer[ALERT_KIND] in REFUSALS:
        return None
    if len(answer) > SESSION and answer[0] == HANDSHAKE and answer[5] == SERVER_HELLO:
        suite = answer[SESSION + 1 + answer[SESSION] :][:2]
        if answer[VERSION : VERSION + 2] == WIRE_VERSIONS[version] and suite:
            return f"suite 0x{suite.hex().upper()}"
    raise ValueError("the answer is neither a choice nor a refusal")


def _server_name(host: str) -> bytes:
    name = b"\x00" + _sized(host.encode("ascii", "ignore"))
    return _extension(0, _sized(name))


def _extension(kind: int, content: bytes) -> bytes:
    return struct.pack(">H", kind) + _sized(content)


def _sized(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content
