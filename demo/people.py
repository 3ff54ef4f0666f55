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
    verify_again,
)
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.values import Asked, DocumentKind, IdentityDocument, IssuedCode, NewPerson, Role
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, ActorKind, Grant
from waarborg.kernel.references import Reference
from waarborg.kernel.sealing import CannotOpen
from waarborg.project.wiring import console
from waarborg.registers.operations.units import register_unit
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.inputs import NewUnit

HERE = "127.0.0.1"
WORDS = ("kaneel", "vlieger", "trapveld", "oever", "zaklamp", "koekoek", "bramen", "sluis", "pannendak", "hooiberg")

TEST_ACCOUNT = "test_account"
WARD, DEVICE_GROUP = "Afdeling Duinzicht (verzonnen)", "Infuuspompen (verzonnen)"
STAFF = (
    (Role.DEVOPS_LEAD.value, Role.DEVOPS_LEAD, "Noor Bakkum", "noor"),
    (Role.DEVELOPER.value, Role.DEVELOPER, "Dirk Oost", "dirk"),
    (Role.AUDITOR.value, Role.AUDITOR, "Aart Dekker", "aart"),
    (Role.PRIVACY_OFFICER.value, Role.PRIVACY_OFFICER, "Petra Smit", "petra"),
    (Role.LOG_ADMINISTRATOR.value, Role.LOG_ADMINISTRATOR, "Lou Kramer", "lou"),
    (Role.BOARD_MEMBER.value, Role.BOARD_MEMBER, "Bea van Rijn", "bea"),
    (Role.TEAM_MANAGER.value, Role.TEAM_MANAGER, "Tim Mulder", "tim"),
    (Role.CARE_PROFESSIONAL.value, Role.CARE_PROFESSIONAL, "Carla Jansen", "carla"),
    (Role.DEVICE_MANAGER.value, Role.DEVICE_MANAGER, "Gijs Post", "gijs"),
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
    _establish_each_other(administrator.actor(scope), officer.actor(scope))
    within = _places(administrator.actor(scope))
    for key, role, name, login in STAFF:
        asked = Asked(role, within.get(role))
        issued = ask_registration(name, asked, by=administrator.actor(scope), now=clock.now())
        identify(issued.id, _passport(), by=administrator.actor(scope), now=clock.now())
        approve_registration(issued.id, by=officer.actor(scope), now=clock.now())
        people[key] = _come_in(issued, name, login)
    return people


def _establish_each_other(administrator: Actor, officer: Actor) -> None:
    """The first two came in by the console; each sees the other's document."""
    verify_again(administrator.id, _passport(), by=officer, now=clock.now())
    verify_again(officer.id, _passport(), by=administrator, now=clock.now())


def _places(administrator: Actor) -> dict[Role, Reference]:
    """Invent a ward and a group of devices, for the roles that are held for one of them alone."""
    ward = NewUnit(kind=UnitKind.WARD, name=WARD)
    devices = NewUnit(kind=UnitKind.DEVICE_GROUP, name=DEVICE_GROUP)
    on_ward, of_devices = (
        Reference(unit.kind.value, register_unit(unit, by=administrator, now=clock.now())) for unit in (ward, devices)
    )
    return {Role.TEAM_MANAGER: on_ward, Role.CARE_PROFESSIONAL: on_ward, Role.DEVICE_MANAGER: of_devices}


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
