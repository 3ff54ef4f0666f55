"""What every endpoint of the API asks of whoever calls it: the part of `rights.NEEDED` that is about those.

An address answers to the name of the first endpoint that was written for it, whatever the method: that name asks for what reading asks.
"""

from collections.abc import Mapping
from typing import Final

from waarborg.accounts.permissions import (
    APPROVE_RECOVERY,
    APPROVE_REGISTRATION,
    ASK_RECOVERY,
    END_ROLE,
    IDENTIFY,
    OFF_BOARD,
    OWN_SESSION,
    READ_PEOPLE,
    READ_ROLES,
    REQUEST_REGISTRATION,
    REVIEW_RIGHTS,
)
from waarborg.accounts.permissions import WITHDRAW_REGISTRATION as WITHDRAW
from waarborg.assurance.permissions import (
    ALLOW_TARGET,
    CONFIRM_STATEMENT,
    DECIDE_APPLICABILITY,
    MEASURE,
    READ_STANDING,
    STATE,
)
from waarborg.kernel.actor import Permission
from waarborg.registers.permissions import (
    CLASSIFY_INFORMATION,
    EXPORT_ASSETS,
    IMPORT_ASSETS,
    KEEP_UNITS,
    READ_REGISTER,
    RECORD_REVIEW,
    REGISTER_APPLICATION,
    REGISTER_CUSTOMER,
    REGISTER_ENVIRONMENT,
    REGISTER_PROJECT,
    RETIRE_APPLICATION,
)

NEEDED: Final[Mapping[str, Permission | None]] = {
    "api:openapi-json": None,
    "api:api-root": None,
    "api:list_applications": READ_STANDING,
    "api:add_application": REGISTER_APPLICATION,
    "api:get_application": READ_STANDING,
    "api:replace_application": REGISTER_APPLICATION,
    "api:retire": RETIRE_APPLICATION,
    "api:reinstate": RETIRE_APPLICATION,
    "api:record_review": RECORD_REVIEW,
    "api:measure": MEASURE,
    "api:add_environment": REGISTER_ENVIRONMENT,
    "api:get_environment": REGISTER_ENVIRONMENT,
    "api:replace_environment": REGISTER_ENVIRONMENT,
    "api:get_measurement": READ_STANDING,
    "api:list_evidence": READ_STANDING,
    "api:get_evidence": READ_STANDING,
    "api:list_controls": READ_STANDING,
    "api:decide": DECIDE_APPLICABILITY,
    "api:make_statement": STATE,
    "api:list_statements": READ_STANDING,
    "api:confirm": CONFIRM_STATEMENT,
    "api:list_targets": READ_STANDING,
    "api:add_target": ALLOW_TARGET,
    "api:remove_target": ALLOW_TARGET,
    "api:list_customers": READ_REGISTER,
    "api:add_customer": REGISTER_CUSTOMER,
    "api:rename_customer": REGISTER_CUSTOMER,
    "api:list_kinds": READ_REGISTER,
    "api:add_kind": CLASSIFY_INFORMATION,
    "api:get_kind": READ_REGISTER,
    "api:change_kind": CLASSIFY_INFORMATION,
    "api:list_units": KEEP_UNITS,
    "api:add_unit": KEEP_UNITS,
    "api:change_unit": KEEP_UNITS,
    "api:end_unit": KEEP_UNITS,
    "api:list_projects": READ_REGISTER,
    "api:add_project": REGISTER_PROJECT,
    "api:get_project": READ_REGISTER,
    "api:replace_project": REGISTER_PROJECT,
    "api:export": EXPORT_ASSETS,
    "api:preview": IMPORT_ASSETS,
    "api:take_in": IMPORT_ASSETS,
    "api:list_people": READ_PEOPLE,
    "api:search_people": READ_PEOPLE,
    "api:get_person": READ_PEOPLE,
    "api:add_role": REQUEST_REGISTRATION,
    "api:stop_role": END_ROLE,
    "api:add_identity": IDENTIFY,
    "api:add_number": IDENTIFY,
    "api:remove_number": IDENTIFY,
    "api:off_board": OFF_BOARD,
    "api:add_registration": REQUEST_REGISTRATION,
    "api:add_return": REQUEST_REGISTRATION,
    "api:establish": IDENTIFY,
    "api:approve": APPROVE_REGISTRATION,
    "api:drop_registration": WITHDRAW,
    "api:list_recoveries": ASK_RECOVERY,
    "api:add_recovery": ASK_RECOVERY,
    "api:approve_help": APPROVE_RECOVERY,
    "api:drop_recovery": ASK_RECOVERY,
    "api:get_role_table": READ_ROLES,
    "api:list_reviews": REVIEW_RIGHTS,
    "api:judge_role": REVIEW_RIGHTS,
    "api:list_sessions": OWN_SESSION,
    "api:stop_others": OWN_SESSION,
    "api:stop_session": OWN_SESSION,
}

WHOLE: Final = frozenset(
    {
        "api:remove_target",
        "api:rename_customer",
        "api:change_kind",
        "api:list_units",
        "api:add_unit",
        "api:change_unit",
        "api:end_unit",
        "api:export",
        "api:preview",
        "api:take_in",
    }
)
"""Endpoints for what belongs to no one application."""
