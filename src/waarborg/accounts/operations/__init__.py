"""Acts of coming in and staying out: each takes who does it and when, and is logged."""

from waarborg.accounts.models import NotAtThisStage
from waarborg.accounts.operations.approving import (
    DocumentRefused,
    RegistrationUnknown,
    approve_registration,
    identify,
    withdraw_registration,
)
from waarborg.accounts.operations.bootstrap import AlreadyFounded, start_bootstrap
from waarborg.accounts.operations.entering import (
    CodeRefused,
    LogInRefused,
    acknowledge_notice,
    log_in,
    prove_factor,
)
from waarborg.accounts.operations.hashing import Busy
from waarborg.accounts.operations.leaving import LastOfItsRole, RoleUnknown, end_role, leave
from waarborg.accounts.operations.people import open_people
from waarborg.accounts.operations.registration import (
    CodeUnknown,
    LoginTaken,
    confirm_factor,
    open_factor_to_enrol,
    register,
)
from waarborg.accounts.operations.requesting import (
    EndRefused,
    PersonUnknown,
    RoleNotHeld,
    ask_delegation,
    ask_registration,
    ask_return,
    ask_role,
)
from waarborg.accounts.operations.sessions import end_idle_sessions, log_out, note_seen, set_language
from waarborg.accounts.operations.throttle import TooManyAttempts
from waarborg.accounts.rules.access import DELEGATED_AT_MOST
from waarborg.accounts.rules.duties import (
    CONFLICTS,
    GIVEN_BY_MANAGERS,
    NARROWED_TO,
    Clash,
    Conflict,
    DutiesClash,
    ScopeUnfit,
)
from waarborg.accounts.rules.passwords import PasswordRefused, Weakness
from waarborg.accounts.rules.registrations import NeedsAnother, OwnIdentity, RegistrationRefused

__all__ = [
    "CONFLICTS",
    "DELEGATED_AT_MOST",
    "GIVEN_BY_MANAGERS",
    "NARROWED_TO",
    "AlreadyFounded",
    "Busy",
    "Clash",
    "CodeRefused",
    "CodeUnknown",
    "Conflict",
    "DocumentRefused",
    "DutiesClash",
    "EndRefused",
    "LastOfItsRole",
    "LogInRefused",
    "LoginTaken",
    "NeedsAnother",
    "NotAtThisStage",
    "OwnIdentity",
    "PasswordRefused",
    "PersonUnknown",
    "RegistrationRefused",
    "RegistrationUnknown",
    "RoleNotHeld",
    "RoleUnknown",
    "ScopeUnfit",
    "TooManyAttempts",
    "Weakness",
    "acknowledge_notice",
    "approve_registration",
    "ask_delegation",
    "ask_registration",
    "ask_return",
    "ask_role",
    "confirm_factor",
    "end_idle_sessions",
    "end_role",
    "identify",
    "leave",
    "log_in",
    "log_out",
    "note_seen",
    "open_factor_to_enrol",
    "open_people",
    "prove_factor",
    "register",
    "set_language",
    "start_bootstrap",
    "withdraw_registration",
]
