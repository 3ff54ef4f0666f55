"""Decide on what was seen of a server's TLS. Something bad that was seen outweighs what stayed unknown."""

import ipaddress
from collections.abc import Iterator
from datetime import datetime, timedelta

from waarborg.assurance.checks.tls.values import Attempt, Certificate, Criteria, Observation, Result
from waarborg.assurance.values import Finding, Outcome, Verdict

# Words for a try that tells nothing, by what happened in it.
UNMEASURED: dict[Result, str] = {
    "not_offered": "version_not_offered",
    "timeout": "version_timed_out",
    "reset": "version_reset",
    "not_tls": "version_unclear",
    "unclear": "version_unclear",
    "not_tried": "version_not_tried",
}


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:
    if wrong := (*_wrong_versions(seen, criteria), *_wrong_certificate(seen, criteria, now)):
        return Verdict(Outcome.NOT_MET, wrong)
    if unknown := tuple(_unknown(seen, criteria, now)):
        return Verdict(Outcome.UNKNOWN, unknown)
    certificate = seen.certificate
    assert certificate is not None, "_unknown names a missing certificate"  # noqa: S101  narrows the type
    ends = certificate.not_after - timedelta(days=criteria.renewal_margin_days)
    return Verdict(Outcome.MET, tuple(_good(seen, certificate, now)), holds_until=ends)


def _wrong_versions(seen: Observation, criteria: Criteria) -> Iterator[Finding]:
    negotiated = [attempt for attempt in seen.attempts if attempt.result == "negotiated"]
    for attempt in negotiated:
        if attempt.version in criteria.outdated:
            yield Finding("outdated_version", {"version": attempt.version, "cipher": attempt.cipher})
        elif any(weak in attempt.cipher for weak in criteria.weak_ciphers):
            yield Finding("weak_cipher", {"version": attempt.version, "cipher": attempt.cipher})
    if negotiated and all(_says_no(seen, version) for version in criteria.modern):
        yield Finding("no_modern_version", {"versions": ", ".join(criteria.modern)})


def _says_no(seen: Observation, version: str) -> bool:
    return any(attempt.version == version and attempt.result == "refused" for attempt in seen.attempts)


def _wrong_certificate(seen: Observation, criteria: Criteria, now: datetime) -> Iterator[Finding]:
    certificate = seen.certificate
    if certificate is None:
        return
    if not any(_matches(name, seen.host) for name in certificate.names):
        yield Finding("wrong_name", {"host": seen.host, "names": ", ".join(certificate.names[:5]) or "-"})
    if seen.chain == "untrusted":
        yield Finding(f"untrusted_{seen.authority}", {"issuer": certificate.issuer, "reason": seen.chain_detail})
    if now >= criteria.earliest_now:
        yield from _wrong_dates(certificate, criteria, now)
    yield from _weak_certificate(certificate, criteria)


def _wrong_dates(certificate: Certificate, criteria: Criteria, now: datetime) -> Iterator[Finding]:
    day = {"day": f"{certificate.not_after:%d-%m-%Y}"}
    if now < certificate.not_before:
        yield Finding("not_yet_valid", {"day": f"{certificate.not_before:%d-%m-%Y}"})
    if now >= certificate.not_after:
        yield Finding("expired", day)
    elif now >= certificate.not_after - timedelta(days=criteria.renewal_margin_days):
        yield Finding("renewal_due", day | {"days": (certificate.not_after - now).days})


def _weak_certificate(certificate: Certificate, criteria: Criteria) -> Iterator[Finding]:
    smallest = criteria.smallest_key_bits.get(certificate.key_kind)
    if smallest is not None and certificate.key_bits < smallest:
        bits = {"bits": certificate.key_bits, "smallest": smallest}
        yield Finding("small_key", {"kind": certificate.key_kind.upper(), **bits})
    if certificate.signature_hash in criteria.weak_signature_hashes:
        yield Finding("weak_signature", {"hash": certificate.signature_hash.upper()})


def _unknown(seen: Observation, criteria: Criteria, now: datetime) -> Iterator[Finding]:
    if seen.failure:
        yield Finding(f"no_connection_{seen.failure}", {"host": seen.host, "port": seen.port})
        return
    if not any(attempt.result == "negotiated" for attempt in seen.attempts):
        yield _nothing_negotiated(seen)
        return
    if now < criteria.earliest_now:
        yield Finding("clock_not_credible", {"day": f"{now:%d-%m-%Y}"})
    yield from _unmeasured_versions(seen, criteria)
    yield from _unmeasured_certificate(seen, criteria)


def _nothing_negotiated(seen: Observation) -> Finding:
    results = {attempt.result for attempt in seen.attempts}
    facts: dict[str, str | int] = {"host": seen.host, "port": seen.port}
    if "not_tls" in results:
        return Finding("not_tls", facts)
    return Finding("silent" if "timeout" in results else "nothing_negotiated", facts)


def _unmeasured_versions(seen: Observation, criteria: Criteria) -> Iterator[Finding]:
    tried = {attempt.version: attempt for attempt in seen.attempts}
    for version in (*criteria.modern, *criteria.outdated):
        attempt = tried.get(version, Attempt(version=version, result="not_tried"))
        if attempt.result in UNMEASURED:
            yield Finding(UNMEASURED[attempt.result], {"version": version, "detail": attempt.detail or "-"})


def _unmeasured_certificate(seen: Observation, criteria: Criteria) -> Iterator[Finding]:
    certificate = seen.certificate
    if certificate is None:
        yield Finding("certificate_not_read")
    elif certificate.key_kind not in criteria.smallest_key_bits:
        yield Finding("key_not_judged", {"kind": certificate.key_kind})
    if certificate is not None and seen.chain != "trusted":
        yield Finding("chain_not_measured", {"detail": seen.chain_detail or "-"})


def _good(seen: Observation, certificate: Certificate, now: datetime) -> Iterator[Finding]:
    negotiated = [attempt for attempt in seen.attempts if attempt.result == "negotiated"]
    versions = ", ".join(attempt.version for attempt in negotiated)
    refused = ", ".join(attempt.version for attempt in seen.attempts if attempt.result == "refused")
    yield Finding("negotiated_tls", {"versions": versions, "refused": refused, "peer": seen.peer})
    if seen.other_addresses:
        yield Finding("other_addresses", {"peer": seen.peer, "others": seen.other_addresses})
    days = (certificate.not_after - now).days
    facts: dict[str, str | int] = {"day": f"{certificate.not_after:%d-%m-%Y}", "days": days}
    yield Finding(f"certificate_{seen.authority}", facts | {"issuer": certificate.issuer})


def _matches(pattern: str, host: str) -> bool:
    """Match as RFC 9525 says: whole labels, one wildcard only as the whole first label, addresses exactly."""
    if _is_ip(host) or _is_ip(pattern):
        return pattern == host
    first, _, rest = pattern.lower().rstrip(".").partition(".")
    host_first, _, host_rest = host.lower().rstrip(".").partition(".")
    return rest == host_rest and (first == host_first or (first == "*" and bool(host_first) and "." in rest))


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
