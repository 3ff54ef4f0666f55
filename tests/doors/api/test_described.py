"""The description is whole: the same operations under the same ids, each with what can go wrong, and a counterpart of every form."""

import json
from typing import Any

from django.urls import get_resolver

from waarborg.doors.api.v1 import api
from waarborg.doors.web.rights import view_names

GET = """list_applications get_application get_environment get_measurement list_evidence get_evidence list_controls
    list_waiting_statements list_targets list_customers list_information_kinds get_information_kind list_units list_projects
    get_project export_assets list_people get_person list_recoveries get_role_table list_reviews list_own_sessions"""
POST = """register_application retire_application reinstate_application record_security_review start_measuring
    register_environment state confirm_statement allow_target register_customer register_information_kind register_unit
    retire_unit register_project preview_assets import_assets search_people ask_role end_role verify_again state_number
    off_board ask_registration ask_return identify approve_registration ask_recovery approve_recovery review_role"""
PUT = """change_application change_environment decide_applicability change_customer change_information_kind rename_unit
    change_project"""
DELETE = "withdraw_target end_number withdraw_registration withdraw_recovery end_own_session end_other_sessions"
OPERATIONS = {
    name: method
    for method, names in {"get": GET, "post": POST, "put": PUT, "delete": DELETE}.items()
    for name in names.split()
}
"""Ids are what programs call by: one that is gone or moved breaks them."""

COUNTERPARTS = {
    "web:person-new": "ask_registration", "web:person-return": "ask_return", "web:person-role": "ask_role",
    "web:person-verify": "verify_again", "web:person-number": "state_number", "web:number-end": "end_number",
    "web:person-leave": "off_board", "web:role-end": "end_role", "web:reviews": "review_role",
    "web:people": "search_people", "web:registration-identify": "identify",
    "web:registration-approve": "approve_registration", "web:registration-withdraw": "withdraw_registration",
    "web:recoveries": "list_recoveries", "web:recovery-ask": "ask_recovery", "web:recovery-approve": "approve_recovery",
    "web:recovery-withdraw": "withdraw_recovery", "web:session-end": "end_own_session",
    "web:sessions-end": "end_other_sessions", "web:measure": "start_measuring", "web:statement": "state",
    "web:statement-confirm": "confirm_statement", "web:applicability": "decide_applicability",
    "web:targets": "allow_target", "web:target-withdraw": "withdraw_target",
    "web:application-new": "register_application", "web:application-edit": "change_application",
    "web:application-review": "record_security_review", "web:application-retire": "retire_application",
    "web:environment-new": "register_environment", "web:environment-edit": "change_environment",
    "web:customer-new": "register_customer", "web:kind-new": "register_information_kind",
    "web:kind-edit": "change_information_kind", "web:project-new": "register_project",
    "web:project-edit": "change_project", "web:unit-new": "register_unit", "web:unit-rename": "rename_unit",
    "web:unit-retire": "retire_unit", "web:assets": "import_assets",
}  # fmt: skip
WAY_IN = "only a browser comes in by these; a program has a token"
OWN = "one's own factors, password and choices are changed where one proves them: in the browser"
JUDGED = "a person judges this with the whole story on the screen"
KEEPING = "a system that could make tokens could outlive its own"
READ = "only read"
NONE_HERE = {
    WAY_IN: """log-in passkey-question passkey-enter lost password-lost register sign-on sign-on-identify sign-on-back enrol
        sign-on-metadata sign-on-answer
        enrol-passkey factor factor-passkey factor-code factor-lost own-passkey-question notice waiting lapsed log-out""",
    OWN: """language account account-app account-passkey factor-remove recovery-codes password join sign-on-link
        sign-on-unlink sign-in-mine sign-in-not-mine not-me scope stand-in""",
    JUDGED: "emergencies emergency-review",
    KEEPING: """machines machine-new machine-approve machine-end machine-owner machine-token machine-certificate
        credential-revoke""",
    READ: """home board security-txt person roles application measuring evidence-list evidence evidence-file statement-file
        catalogue control log applications kinds projects units assets-download""",
}
"""Pages without a counterpart that writes, by the reason."""


def described() -> dict[str, tuple[str, dict[str, Any]]]:
    paths = json.loads(json.dumps(api.get_openapi_schema()))["paths"]
    return {each["operationId"]: (method, each) for methods in paths.values() for method, each in methods.items()}


def test_operations_keep_their_ids_and_methods() -> None:
    assert api.get_openapi_schema()["openapi"].startswith("3.1")
    assert {name: method for name, (method, _) in described().items()} == OPERATIONS


def test_every_operation_tells_what_can_go_wrong_how_to_come_in_and_what_it_does() -> None:
    for name, (_, operation) in described().items():
        assert {"400", "401", "403", "404", "409", "422"} <= set(operation["responses"]), name
        assert any(200 <= int(code) < 300 for code in operation["responses"]), name
        assert operation["security"], name
        assert operation["description"], name


def test_every_body_refuses_names_it_does_not_know() -> None:
    schemas = api.get_openapi_schema()["components"]["schemas"]
    bodies = [each["requestBody"]["content"] for _, each in described().values() if "requestBody" in each]
    for content in bodies:
        (name,) = [content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
        assert schemas[name]["additionalProperties"] is False, name


def test_every_form_of_the_pages_has_a_counterpart_or_a_reason() -> None:
    excused = {f"web:{name}" for names in NONE_HERE.values() for name in names.split()}
    pages = {name for name in view_names(get_resolver().url_patterns) if name.startswith("web:")}
    assert pages - excused - COUNTERPARTS.keys() == set()
    assert not excused & COUNTERPARTS.keys()
    assert set(COUNTERPARTS.values()) <= OPERATIONS.keys()
