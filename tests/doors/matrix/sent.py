"""What is sent to an address that changes something: whole, so that the act itself is reached, not only its form."""

from collections.abc import Mapping
from typing import Any

FORM: Mapping[str, Mapping[str, Any]] = {
    "web:person-role": {"role-role": "auditor", "role-within": ""},
    "web:role-end": {"end-{held_id}-reason": "niet meer nodig"},
    "web:person-verify": {
        "verify-document_kind": "passport",
        "verify-document_number": "SPECI2014",
        "verify-document_until": "2029-01-01",
    },
    "web:person-number": {"number-number_kind": "big", "number-number": "19012345601", "number-status": "stated"},
    "web:person-leave": {"leave-reason": "uit dienst", "leave-sure": "on"},
    "web:person-return": {"role": "developer", "within": ""},
    "web:person-new": {"name": "Nieuwe Collega", "role": "developer", "within": ""},
    "web:registration-identify": {
        "document_kind": "passport",
        "document_number": "SPECI2014",
        "document_until": "2029-01-01",
    },
    "web:recovery-ask": {"lost": "factor", "reason": "telefoon in de gracht"},
    "web:emergency-review": {"{emergency_id}-justified": "yes", "{emergency_id}-remark": "het was nodig"},
    "web:machine-end": {"reason": "vervangen"},
    "web:machine-owner": {"owner": "lead.meldkamer"},
    "web:machine-token": {"networks": "192.0.2.7", "certificate": "", "ends_on": "2026-12-01"},
    "web:machine-new": {
        "kind": "system",
        "name": "Nog een",
        "within": "",
        "owner": "lead.meldkamer",
        "ends_on": "2026-12-01",
    },
    "web:targets": {"host": "nieuw.example", "port": "443"},
    "web:statement-confirm": {"word": "confirm"},
    "web:statement": {"text": "De back-up van 3 november is op 5 november teruggezet in 40 minuten."},
    "web:applicability": {"decision": "applies", "reason": "het is een applicatie voor de zorg"},
    "web:application-retire": {"reason": "vervangen"},
    "web:application-review": {"reviewed_on": "2026-09-04"},
    "web:environment-new": {"kind": "test", "url": "https://proef.example/", "plain_port": "80"},
    "web:environment-edit": {"url": "https://proef.example/", "plain_port": "80"},
    "web:project-edit": {"name": "Anders", "customer": "thuiszorg-het-veer", "started_on": "2026-09-01"},
    "web:kind-edit": {"name": "Anders", "availability": "1", "integrity": "1", "confidentiality": "1"},
    "web:unit-rename": {"name": "Oost"},
    "web:unit-new": {"name": "West", "kind": "ward"},
    "web:customer-new": {"name": "De Haven"},
    "web:assets": {"token": "0.0"},
    "web:stand-in": {"held": "auditor", "colleague": "lead.meldkamer", "ends_on": "2026-12-01"},
}

_APPLICATION = {"name": "Proef", "customer": "thuiszorg-het-veer", "kind": "web", "harm": "none"}
_KIND = {"name": "Adressen", "availability": 1, "integrity": 1, "confidentiality": 1}
_PROJECT = {"name": "Werk", "customer": "thuiszorg-het-veer", "started_on": "2026-09-01"}
_DOCUMENT = {"document_kind": "passport", "document_number": "SPECI2014", "document_until": "2029-01-01"}
_WHY = {"reason": "niet meer nodig"}
BODY: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("/applications", "POST"): _APPLICATION,
    ("/applications/{application_id}", "PUT"): _APPLICATION | {"version": 1},
    ("/applications/{application_id}/retirement", "POST"): _WHY,
    ("/applications/{application_id}/reinstatement", "POST"): _WHY,
    ("/applications/{application_id}/reviews", "POST"): {"reviewed_on": "2026-09-04"},
    ("/applications/{application_id}/environments", "POST"): {"kind": "test", "url": "https://proef.example/"},
    ("/applications/{application_id}/applicability/{control}", "PUT"): {"applies": True},
    ("/applications/{application_id}/statements", "POST"): {
        "control": "C6",
        "proof": "backups",
        "text": "De back-up van 3 november is op 5 november teruggezet.",
    },
    ("/environments/{environment_id}", "PUT"): {"url": "https://proef.example/", "version": 1},
    ("/statements/{statement_id}/confirmation", "POST"): {"confirmed": True},
    ("/targets", "POST"): {"host": "nieuw.example"},
    ("/customers", "POST"): {"name": "De Haven"},
    ("/customers/{customer_id}", "PUT"): {"name": "De Haven"},
    ("/information-kinds", "POST"): _KIND,
    ("/information-kinds/{kind_id}", "PUT"): _KIND,
    ("/units", "POST"): {"name": "West", "kind": "ward"},
    ("/units/{unit_id}", "PUT"): {"name": "West"},
    ("/projects", "POST"): _PROJECT,
    ("/projects/{project_id}", "PUT"): _PROJECT | {"version": 1},
    ("/people/{person_id}/roles", "POST"): {"role": "auditor"},
    ("/people/{person_id}/identities", "POST"): _DOCUMENT,
    ("/people/{person_id}/numbers", "POST"): {"kind": "big", "number": "19012345601"},
    ("/people/{person_id}/departure", "POST"): _WHY,
    ("/people/{person_id}/return", "POST"): {"role": "developer"},
    ("/people/{person_id}/recoveries", "POST"): {"lost": "factor", "reason": "telefoon in de gracht"},
    ("/registrations", "POST"): {"name": "Nieuwe Collega", "role": "developer"},
    ("/registrations/{registration_id}/identity", "POST"): _DOCUMENT,
    ("/roles/{held_id}/end", "POST"): _WHY,
    ("/roles/{held_id}/review", "POST"): {"kept": True, "reason": "nog steeds nodig"},
    ("/people/searches", "POST"): {"query": "zoe"},
    ("/assets/previews", "POST"): {"text": "waarborg: assets/1\n"},
    ("/assets/imports", "POST"): {"digest": "0" * 64, "agreed": "0" * 64},
}
"""To endpoints, as JSON."""


def whole(view: str, verb: str) -> Mapping[str, Any]:
    """Return what is sent to an address with a verb, so that nothing is wanting in it."""
    return BODY.get((view, verb), FORM.get(view, {}))
