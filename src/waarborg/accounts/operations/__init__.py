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
from waarborg.accounts.operations.disowning import disown_sign_in
from waarborg.accounts.operations.elsewhere import ElsewhereTaken
from waarborg.accounts.operations.emergencies import (
    EmergencyUnknown,
    OwnEmergency,
    OwnFile,
    ReasonTooShort,
    ReviewedBefore,
    break_glass,
    open_emergencies,
    review_emergency,
)
from waarborg.accounts.operations.entering import (
    CodeRefused,
    LogInRefused,
    acknowledge_notice,
    log_in,
    prove_factor,
)
from waarborg.accounts.operations.expecting import ask_and_identify
from waarborg.accounts.operations.factors import (
    FactorUnknown,
    LastFactor,
    begin_totp,
    confirm_totp,
    make_recovery_codes,
    open_account,
    prove_again,
    remove_authenticator,
    use_recovery_code,
)
from waarborg.accounts.operations.hashing import Busy
from waarborg.accounts.operations.holding import RoleNotHeld
from waarborg.accounts.operations.identities import NumberUnknown, end_number, state_number, verify_again
from waarborg.accounts.operations.joining import join
from waarborg.accounts.operations.leaving import LastOfItsRole, RoleUnknown, end_role, leave
from waarborg.accounts.operations.own_sessions import (
    SessionUnknown,
    acknowledge_sign_in,
    end_other_sessions,
    end_session,
    open_sessions,
)
from waarborg.accounts.operations.passkeys import (
    add_passkey,
    ask_any_passkey,
    ask_passkey,
    begin_first_passkey,
    begin_passkey,
    confirm_first_passkey,
    enter_with_passkey,
    prove_again_with_passkey,
    prove_passkey,
)
from waarborg.accounts.operations.passwords import OldPasswordRefused, change_password
from waarborg.accounts.operations.people import find_people, open_people
from waarborg.accounts.operations.person import open_person
from waarborg.accounts.operations.recovery import (
    RecoveryUnknown,
    approve_recovery,
    ask_recovery,
    open_recoveries,
    recover_factor,
    recover_password,
    withdraw_recovery,
)
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
    ask_delegation,
    ask_registration,
    ask_return,
    ask_role,
)
from waarborg.accounts.operations.reviewing import OwnRole, ReasonMissing, open_review, review_role
from waarborg.accounts.operations.saml import receive_answer
from waarborg.accounts.operations.sessions import end_idle_sessions, log_out, note_seen, set_language
from waarborg.accounts.operations.sign_on import begin_sign_on, finish_sign_on
from waarborg.accounts.operations.sign_on_refused import SignOnRefused
from waarborg.accounts.operations.signed_on import ElsewhereUnknown, end_external_identity
from waarborg.accounts.operations.switching import NoRoleThere, switch_scope
from waarborg.accounts.operations.throttle import TooManyAttempts
from waarborg.accounts.providers import ProviderUnknown, ProviderUnreachable
from waarborg.accounts.queries import providers
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
from waarborg.accounts.rules.numbers import NumberRefused, OnlyARegisterVerifies
from waarborg.accounts.rules.passkeys import PasskeyRefused
from waarborg.accounts.rules.passwords import PasswordRefused, Weakness
from waarborg.accounts.rules.recovery import RecoveryRefused
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
    "ElsewhereTaken",
    "ElsewhereUnknown",
    "EmergencyUnknown",
    "EndRefused",
    "FactorUnknown",
    "LastFactor",
    "LastOfItsRole",
    "LogInRefused",
    "LoginTaken",
    "NeedsAnother",
    "NoRoleThere",
    "NotAtThisStage",
    "NumberRefused",
    "NumberUnknown",
    "OldPasswordRefused",
    "OnlyARegisterVerifies",
    "OwnEmergency",
    "OwnFile",
    "OwnIdentity",
    "OwnRole",
    "PasskeyRefused",
    "PasswordRefused",
    "PersonUnknown",
    "ProviderUnknown",
    "ProviderUnreachable",
    "ReasonMissing",
    "ReasonTooShort",
    "RecoveryRefused",
    "RecoveryUnknown",
    "RegistrationRefused",
    "RegistrationUnknown",
    "ReviewedBefore",
    "RoleNotHeld",
    "RoleUnknown",
    "ScopeUnfit",
    "SessionUnknown",
    "SignOnRefused",
    "TooManyAttempts",
    "Weakness",
    "acknowledge_notice",
    "acknowledge_sign_in",
    "add_passkey",
    "approve_recovery",
    "approve_registration",
    "ask_and_identify",
    "ask_any_passkey",
    "ask_delegation",
    "ask_passkey",
    "ask_recovery",
    "ask_registration",
    "ask_return",
    "ask_role",
    "begin_first_passkey",
    "begin_passkey",
    "begin_sign_on",
    "begin_totp",
    "break_glass",
    "change_password",
    "confirm_factor",
    "confirm_first_passkey",
    "confirm_totp",
    "disown_sign_in",
    "end_external_identity",
    "end_idle_sessions",
    "end_number",
    "end_other_sessions",
    "end_role",
    "end_session",
    "enter_with_passkey",
    "find_people",
    "finish_sign_on",
    "identify",
    "join",
    "leave",
    "log_in",
    "log_out",
    "make_recovery_codes",
    "note_seen",
    "open_account",
    "open_emergencies",
    "open_factor_to_enrol",
    "open_people",
    "open_person",
    "open_recoveries",
    "open_review",
    "open_sessions",
    "prove_again",
    "prove_again_with_passkey",
    "prove_factor",
    "prove_passkey",
    "providers",
    "receive_answer",
    "recover_factor",
    "recover_password",
    "register",
    "remove_authenticator",
    "review_emergency",
    "review_role",
    "set_language",
    "start_bootstrap",
    "state_number",
    "switch_scope",
    "use_recovery_code",
    "verify_again",
    "withdraw_recovery",
    "withdraw_registration",
]
