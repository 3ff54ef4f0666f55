"""People who came in as people do: asked for, identified, approved, with a password and a second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from waarborg.accounts.operations import (
    acknowledge_notice,
    approve_registration,
    ask_registration,
    confirm_factor,
    identify,
    log_in,
    open_factor_to_enrol,
    prove_factor,
    register,
    start_bootstrap,
)
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.rules.factors import SECONDS, code_at, step_at
from waarborg.accounts.values import (
    Asked,
    DocumentKind,
    IdentityDocument,
    IssuedCode,
    NewPerson,
    Role,
    SignedIn,
    Stage,
)
from waarborg.kernel.actor import Actor, ActorKind, Grant
from waarborg.kernel.references import INSTALLATION, Reference

HOME = "192.0.2.10"
PASSWORD = "kaneel vlieger 7 trapveld"  # noqa: S105 - of invented people
NOTICE = "1"
CONSOLE = Actor(ActorKind.SERVICE, UUID(int=7), INSTALLATION, frozenset({Grant("console", INSTALLATION)}))
SCHEDULE = Actor(ActorKind.SCHEDULE, UUID(int=8), INSTALLATION, frozenset({Grant("schedule", INSTALLATION)}))


@dataclass(frozen=True)
class Someone:
    """An invented person, with what only they and their phone know."""

    login: str
    secret: str
    password: str = PASSWORD

    def code(self, now: datetime) -> str:
        return code_at(self.secret, step_at(now))


def found(scope: UUID, *, now: datetime) -> tuple[Someone, Someone]:
    """Let the first two register, as `init` does: administrator Anna and security officer Sam."""
    administrator, officer = start_bootstrap(scope, by=CONSOLE, now=now)
    return (
        enrolled(administrator, "Anna de Boer", "anna.deboer", now=now),
        enrolled(officer, "Sam Visser", "sam.visser", now=now),
    )


def enrolled(issued: IssuedCode, name: str, login: str, *, now: datetime) -> Someone:
    """Let someone with a code register and enrol their factor."""
    new = NewPerson(name, login, f"{login}@example.org", PASSWORD)
    token = register(issued.code, new, by=anonymous(HOME), now=now).token
    here = signed_in(token, now=now)
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=now).secret
    someone = Someone(login, secret)
    confirm_factor(someone.code(now), session=here.session, by=here.actor, now=now)
    return someone


PASSPORT = IdentityDocument(DocumentKind.PASSPORT, "SPECI2014")


def admitted(
    role: Role,
    name: str,
    login: str,
    *,
    asked_by: Actor,
    approved_by: Actor,
    now: datetime,
    within: Reference | None = None,
    ends_at: datetime | None = None,
) -> Someone:
    """Let someone in as everyone after the first two comes in; who asks establishes the identity as well."""
    issued = ask_registration(name, Asked(role, within, ends_at), by=asked_by, now=now)
    identify(issued.id, PASSPORT, by=asked_by, now=now)
    approve_registration(issued.id, by=approved_by, now=now)
    return enrolled(issued, name, login, now=now)


def entered(someone: Someone, *, now: datetime, address: str = HOME) -> str:
    """Log someone in fully, two codes after the one they enrolled with, and return their token."""
    later = now + timedelta(seconds=2 * SECONDS)
    token = log_in(someone.login, someone.password, by=anonymous(address), now=later).token
    here = signed_in(token, now=later, address=address)
    token = prove_factor(someone.code(later), session=here.session, by=here.actor, now=later).token
    here = signed_in(token, now=later, address=address)
    return acknowledge_notice(NOTICE, session=here.session, by=here.actor, now=later).token


def signed_in(token: str, *, now: datetime, address: str = HOME, stage: Stage | None = None) -> SignedIn:
    """Return who holds a token that must open something."""
    here = actor_for(token, now, address)
    if here is None or (stage is not None and here.stage is not stage):
        raise LookupError(f"The token opens {here and here.stage}.")
    return here
