"""The invented people who work here. Each comes in as anyone does: asked for, identified, approved, password, second factor."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from waarborg.accounts.operations import (
    approve_registration,
    ask_registration,
    confirm_factor,
    identify,
    open_factor_to_enrol,
    register,
    start_bootstrap,
)
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.values import Asked, DocumentKind, IdentityDocument, IssuedCode, NewPerson, Role
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, ActorKind, Grant
from waarborg.kernel.sealing import CannotOpen
from waarborg.project.wiring import console

HERE = "127.0.0.1"
WORDS = ("kaneel", "vlieger", "trapveld", "oever", "zaklamp", "koekoek", "bramen", "sluis", "pannendak", "hooiberg")

TEST_ACCOUNT = "test_account"
STAFF = (
    (Role.DEVOPS_LEAD.value, Role.DEVOPS_LEAD, "Noor Bakkum", "noor"),
    (Role.AUDITOR.value, Role.AUDITOR, "Aart Dekker", "aart"),
    (TEST_ACCOUNT, Role.AUDITOR, "Proefaccount Meting", "proefmeting"),
)


@dataclass(frozen=True)
class Login:
    """What an invented person logs in with. It opens this demonstration, on this computer."""

    role: str
    name: str
    login: str
    password: str
    secret: str
    uri: str
    id: str

    def actor(self, scope: UUID) -> Actor:
        return Actor(ActorKind.PERSON, UUID(self.id), scope, frozenset({Grant(self.role, scope)}), HERE, fresh=True)

    def code(self) -> str:
        return code_at(self.secret, step_at(clock.now()))


def invent(scope: UUID) -> dict[str, Login]:
    """Let one person of each role come in, and a test account to measure with; return them by role."""
    first, second = start_bootstrap(scope, by=console(), now=clock.now())
    administrator = _come_in(first, "Anna de Boer", "anna")
    officer = _come_in(second, "Sam Visser", "sam")
    people = {administrator.role: administrator, officer.role: officer}
    for key, role, name, login in STAFF:
        issued = ask_registration(name, Asked(role), by=administrator.actor(scope), now=clock.now())
        identify(issued.id, _passport(), by=administrator.actor(scope), now=clock.now())
        approve_registration(issued.id, by=officer.actor(scope), now=clock.now())
        people[key] = _come_in(issued, name, login)
    return people


def keep(people: dict[str, Login], file: Path) -> None:
    """Write the logins where only their owner reads them, for `python -m demo.code`."""
    file.touch(mode=0o600)
    file.write_text(json.dumps({each.login: asdict(each) for each in people.values()}, indent=1), encoding="utf-8")


def kept(file: Path) -> dict[str, Login]:
    """Read the logins of the running demonstration."""
    return {login: Login(**said) for login, said in json.loads(file.read_text(encoding="utf-8")).items()}


def _passport() -> IdentityDocument:
    """Invent a number that no document has: they have no letter O."""
    return IdentityDocument(DocumentKind.PASSPORT, f"O{secrets.randbelow(10**8):08}")


def _come_in(issued: IssuedCode, name: str, login: str) -> Login:
    password = " ".join(secrets.choice(WORDS) for _ in range(3)) + f" {secrets.randbelow(90) + 10}"
    new = NewPerson(name, login, f"{login}@example.org", password)
    entered = register(issued.code, new, by=anonymous(HERE), now=clock.now())
    here = actor_for(entered.token, clock.now(), HERE)
    if here is None:
        raise CannotOpen("The session of an invented person doesn't open.")
    factor = open_factor_to_enrol(session=here.session, by=here.actor, now=clock.now())
    code = code_at(factor.secret, step_at(clock.now()))
    confirm_factor(code, session=here.session, by=here.actor, now=clock.now())
    return Login(issued.role.value, name, login, password, factor.secret, factor.uri, str(here.actor.id))
