"""What each foreseen error is outside: a status, and a sentence with the remedy. What isn't here is a fault of ours."""

from collections.abc import Mapping
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from ninja.errors import AuthenticationError

from waarborg.accounts import operations as accounts
from waarborg.assurance.operations.deciding import NoSuchControl, NotAnAddress, ReasonTooLong, ReasonTooShort
from waarborg.assurance.operations.measuring import NothingToMeasure
from waarborg.assurance.operations.stating import AlreadyConfirmed, OwnStatement, StatementTooShort
from waarborg.assurance.queries.evidence import NoSuchEvidence
from waarborg.kernel.actor import NotAllowed
from waarborg.registers.queries import NotInRegister

GONE: Final = "This was done, withdrawn or has expired in the meantime."
UNPROCESSABLE: Final = 422
STATUS: Final[Mapping[type[Exception], tuple[int, str]]] = {
    AuthenticationError: (401, "Log in first, with both factors."),
    accounts.NotAtThisStage: (401, "Log in first, with both factors."),
    NotAllowed: (403, "Your role doesn't allow this."),
    Http404: (404, "There is no such thing here."),
    NotInRegister: (404, "There is no such thing in the register."),
    NoSuchEvidence: (404, "There is no such evidence or measurement here."),
    accounts.PersonUnknown: (404, "There is nobody here by this id of whom this can be asked."),
    accounts.RegistrationUnknown: (404, "There is no such registration here."),
    accounts.RoleUnknown: (404, "Nobody holds this role here now."),
    accounts.NumberUnknown: (404, "There is no such number here."),
    accounts.RecoveryUnknown: (404, "There is no such recovery here that can still be used."),
    accounts.SessionUnknown: (404, "You have no such session."),
    NothingToMeasure: (409, "The application has no environment with an address or a folder. Add one first."),
    OwnStatement: (409, "You stated this yourself. Let somebody else confirm it."),
    AlreadyConfirmed: (409, "Somebody gave their word on this statement already."),
    accounts.RegistrationRefused: (409, GONE),
    accounts.RecoveryRefused: (409, GONE),
    accounts.NeedsAnother: (409, "You asked for this, saw the document, or it is about you. Let somebody else do it."),
    accounts.OwnIdentity: (409, "Nobody establishes their own identity. Let a colleague look at your document."),
    accounts.OwnRole: (409, "This is your own role. Let somebody else look at it."),
    accounts.LastOfItsRole: (409, "This is the last one in this role. Let somebody else register in it first."),
    accounts.RoleNotHeld: (409, "The one who is stood in for doesn't hold this role any more."),
    accounts.ElsewhereTaken: (409, "This account elsewhere is somebody's already."),
    RequestDataTooBig: (413, "The request is larger than anything here takes."),
    NoSuchControl: (422, "The catalogue has no such point with a proof that asks for a statement."),
    StatementTooShort: (422, "Say what you looked at and what you found, in at least twenty characters."),
    ReasonTooShort: (422, "Give a reason that somebody else can follow later: twenty characters at least."),
    ReasonTooLong: (422, "Give a reason of five hundred characters at most."),
    NotAnAddress: (422, "Give a host name or an address, without https:// and without a path."),
    accounts.ScopeUnfit: (
        422,
        "This role can't be held for this. Ask it for the whole institution, or for what fits it.",
    ),
    accounts.EndRefused: (422, "This day has passed. Choose a later one."),
    accounts.DocumentRefused: (422, "This document proves nothing any more. Ask for another one."),
    accounts.NumberRefused: (422, "The number hasn't the digits of this register. Type it over once more."),
    accounts.OnlyARegisterVerifies: (
        422,
        "Say stated, or checked when you looked it up. Verified is for the register itself.",
    ),
    accounts.ProviderUnknown: (422, "There is no identity provider of this name here."),
    accounts.ReasonMissing: (422, "Say why, in a few words."),
}
ABOUT: Final[Mapping[type[Exception], str]] = {
    NoSuchControl: "proof",
    StatementTooShort: "text",
    ReasonTooShort: "reason",
    ReasonTooLong: "reason",
    NotAnAddress: "host",
    accounts.ScopeUnfit: "within",
    accounts.EndRefused: "ends_on",
    accounts.DocumentRefused: "document_number",
    accounts.NumberRefused: "number",
    accounts.OnlyARegisterVerifies: "status",
    accounts.ProviderUnknown: "account.provider",
    accounts.ReasonMissing: "reason",
}
"""The field by which it is mended."""
OF_REGISTERS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("application_unknown", "environment_unknown", "project_unknown", "unit_unknown"), 404),
    "preview_unknown": 404,
    **dict.fromkeys(
        (
            "application_key_taken",
            "customer_key_taken",
            "kind_key_taken",
            "project_key_taken",
            "unit_key_taken",
            "environment_already_registered",
            "changed_meanwhile",
            "application_retired",
            "application_state_unchanged",
            "register_changed_since_preview",
        ),
        409,
    ),
}
"""Faults of the registers by code; the others are about what was asked."""
