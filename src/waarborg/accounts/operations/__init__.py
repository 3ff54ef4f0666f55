"""Acts of coming in and staying out: each takes who does it and when, and is logged."""

from waarborg.accounts.models import NotAtThisStage
from waarborg.accounts.operations.bootstrap import AlreadyFounded, start_bootstrap
from waarborg.accounts.operations.entering import (
    CodeRefused,
    LogInRefused,
    acknowledge_notice,
    log_in,
    prove_factor,
)
from waarborg.accounts.operations.hashing import Busy
from waarborg.accounts.operations.people import LastOfItsRole, PersonUnknown, leave, open_people
from waarborg.accounts.operations.registration import (
    CodeUnknown,
    LoginTaken,
    confirm_factor,
    open_factor_to_enrol,
    register,
)
from waarborg.accounts.operations.sessions import end_idle_sessions, log_out, note_seen, set_language
from waarborg.accounts.operations.throttle import TooManyAttempts
from waarborg.accounts.operations.tickets import TicketUnknown, approve_ticket, ask_ticket, withdraw_ticket
from waarborg.accounts.rules.passwords import PasswordRefused, Weakness
from waarborg.accounts.rules.tickets import ApprovedByItsAsker, TicketRefused

__all__ = [
    "AlreadyFounded",
    "ApprovedByItsAsker",
    "Busy",
    "CodeRefused",
    "CodeUnknown",
    "LastOfItsRole",
    "LogInRefused",
    "LoginTaken",
    "NotAtThisStage",
    "PasswordRefused",
    "PersonUnknown",
    "TicketRefused",
    "TicketUnknown",
    "TooManyAttempts",
    "Weakness",
    "acknowledge_notice",
    "approve_ticket",
    "ask_ticket",
    "confirm_factor",
    "end_idle_sessions",
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
    "withdraw_ticket",
]
