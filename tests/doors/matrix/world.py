"""Two institutions with one of everything that an address can name, and somebody in every role.

Everything was made by the acts by which it comes in reality, but two: a link with an account elsewhere, for which a provider would have
to run, and the session of someone who came in, of which every request gets a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.accounts.certificates import A_MONTH, authority, signed
from tests.assurance.conftest import work
from tests.cast import ELSEWHERE, NOON, SCOPE
from tests.cast import person as invented

from waarborg.accounts import operations as accounts
from waarborg.accounts.models import Authenticator, ExternalIdentity, Person, RoleHeld, Session
from waarborg.accounts.operations.credentials import add_certificate, issue_token
from waarborg.accounts.operations.machines import approve_service, ask_service
from waarborg.accounts.testing import PASSPORT, Someone, admitted, enrolled, found
from waarborg.accounts.values import Asked, Lost, NumberKind, NumberStatus, Role, Stage
from waarborg.accounts.values.machines import MachineKind, NewMachine
from waarborg.assurance.models import Evidence
from waarborg.assurance.operations import allow_target, start_measuring, state
from waarborg.kernel.actor import Actor, ActorKind, Grant
from waarborg.kernel.keyring import look_up
from waarborg.kernel.references import INSTALLATION, Reference, new_id
from waarborg.registers import testing as registers
from waarborg.registers.operations.units import register_unit
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.inputs import NewUnit

NOW = NOON + timedelta(hours=1)
TERM = NOW + timedelta(days=20)
AT, PROXY, HEADER = "192.0.2.40", "203.0.113.5", "X-Client-Cert"
SAID = "De back-up van 3 november is op 5 november teruggezet in 40 minuten."
CA = authority("Proef-CA", datetime.now(UTC))
Ids = Mapping[str, object]


@dataclass
class Institution:
    """What there is in one institution: an id for every parameter, and other ones where a view needs its own."""

    scope: UUID
    admin: Actor
    officer: Actor
    lead: Actor
    logins: dict[str, str]
    ids: dict[str, object] = field(default_factory=dict)
    of_view: dict[str, dict[str, object]] = field(default_factory=dict)

    def for_view(self, view: str) -> Ids:
        return self.ids | self.of_view.get(view, {})


@dataclass
class World:
    here: Institution
    there: Institution
    people: dict[str, UUID]
    token: str
    """Of a system."""
    screen: str
    """The certificate of a wall screen, as a proxy passes it on."""


def built() -> World:
    """Found one institution as `init` does, furnish another, and let somebody of every role come in."""
    anna, sam = found(SCOPE, now=NOON)
    admin, officer = _actor(anna, "administrator", SCOPE), _actor(sam, "security_officer", SCOPE)
    here = _institution(SCOPE, admin, officer, "meldkamer")
    first, second = invented(901, "administrator", ELSEWHERE), invented(902, "security_officer", ELSEWHERE)
    there = _institution(ELSEWHERE, first, second, "zorgpas")
    people = {role.value: _come(role, here, f"iemand.{role.value}") for role in Role}
    people["nobody"] = _without_role(here)
    token = _machine(here, MachineKind.SYSTEM, "Belsysteem")
    return World(here, there, people, token, _screen(here))


def _institution(scope: UUID, admin: Actor, officer: Actor, key: str) -> Institution:
    made = Institution(scope, admin, officer, invented(903, "devops_lead", scope), {})
    made.lead = replace(made.lead, id=_come(Role.DEVOPS_LEAD, made, f"lead.{key}"))
    made.logins["owner"] = f"lead.{key}"
    _registers(made, key)
    _people(made, key)
    _services(made, key)
    refill(made)
    return made


def _registers(made: Institution, key: str) -> None:
    by: dict[str, Any] = {"by": made.lead, "now": NOON}
    customer = registers.a_customer(**by)
    kind = registers.a_kind(**by)
    application = registers.an_application(**by, key=key, name=key.title(), information=("alarmmeldingen",))
    environment = registers.an_environment(application, **by, url=f"https://{key}.example/")
    project = registers.a_project(**by, key=f"werk-{key}", name=f"Werk {key}", applications=(key,))
    about = Reference("application", application)
    run = start_measuring(about, **by)
    work(NOON)
    said = state(about, "C6", "backups", text=SAID, file=("verslag.pdf", b"verslag"), **by)
    unit = register_unit(NewUnit(name=f"Afdeling {key}", kind=UnitKind.WARD), by=made.admin, now=NOON)
    made.ids |= {"kind_id": kind, "application_id": application, "environment_id": environment, "project_id": project}
    made.ids |= {"run_id": run, "statement_id": said.id, "unit_id": unit, "control_id": "C6", "control": "C6"}
    made.ids |= {"customer_id": customer, "provider": "huis"}
    made.ids["evidence_id"] = Evidence.objects.filter(application=application).earliest("pk").pk


def _people(made: Institution, key: str) -> None:
    by: dict[str, Any] = {"by": made.admin, "now": NOON}
    person, left = (_come(Role.CARE_PROFESSIONAL, made, f"{name}.{key}") for name in ("zoe", "weg"))
    accounts.leave(left, "uit dienst", **by)
    number = accounts.state_number(person, NumberKind.BIG, "19012345601", NumberStatus.STATED, **by)
    recovery = accounts.ask_recovery(person, Lost.FACTOR, "telefoon kwijt", **by).id
    carer = replace(made.admin, id=person, grants=frozenset({Grant("care_professional", made.scope)}))
    emergency = accounts.break_glass(Reference("patient", new_id()), "valt van de trap", by=carer, now=NOON)
    held = RoleHeld.objects.get(person=person).pk
    made.ids |= {"person_id": person, "held_id": held, "number_id": number}
    made.ids |= {"recovery_id": recovery, "emergency_id": emergency} | own(person, made.scope)
    made.ids["registration_id"] = _asked(made, identified=False)
    made.of_view["web:person-return"] = {"person_id": left}


def _asked(made: Institution, *, identified: bool) -> UUID:
    issued = accounts.ask_registration("Nieuwe Collega", Asked(Role.DEVELOPER), by=made.admin, now=NOON)
    if identified:
        accounts.identify(issued.id, PASSPORT, by=made.admin, now=NOON)
    return issued.id


def _services(made: Institution, key: str) -> None:
    new = NewMachine(MachineKind.SYSTEM, f"Koppeling {key}", made.logins["owner"], TERM)
    machine = ask_service(new, by=made.admin, now=NOON)
    approve_service(machine, by=made.officer, now=NOON)
    made.ids["machine_id"] = machine
    new = replace(new, name=f"Ander {key}")
    made.of_view["web:machine-approve"] = {"machine_id": ask_service(new, by=made.admin, now=NOON)}
    new = replace(new, name=f"Derde {key}")
    made.of_view["web:machine-end"] = {"machine_id": ask_service(new, by=made.admin, now=NOON)}


def refill(made: Institution) -> None:
    """Put back what is used up by who may use it: a second time the address of a withdrawn thing answers 404."""
    for view in ("web:unit-retire", "/units/{unit_id}/retirement"):
        new = NewUnit(name=f"Groep {new_id()}", kind=UnitKind.DEVICE_GROUP)
        made.of_view[view] = {"unit_id": register_unit(new, by=made.admin, now=NOON)}
    for port, view in ((443, "web:target-withdraw"), (8443, "/targets/{target_id}")):
        target = allow_target("proef.example", port, private=False, by=made.officer, now=NOON)
        made.of_view[view] = {"target_id": target.id}
    credential = issue_token(
        UUID(str(made.ids["machine_id"])), addresses=[AT], certificate="", expires_at=TERM, by=made.admin, now=NOON
    )
    made.ids["credential_id"] = credential.id
    _refill_people(made)


def _refill_people(made: Institution) -> None:
    by: dict[str, Any] = {"by": made.admin, "now": NOON}
    person = UUID(str(made.ids["person_id"]))
    number = accounts.state_number(person, NumberKind.AGB, "94012345", NumberStatus.STATED, **by)
    made.of_view["/numbers/{number_id}"] = {"number_id": number}
    recovery: dict[str, object] = {"recovery_id": accounts.ask_recovery(person, Lost.PASSWORD, "vergeten", **by).id}
    made.of_view |= {"/recoveries/{recovery_id}": recovery, "/recoveries/{recovery_id}/approval": recovery}
    of_registrations = ("/registrations/{registration_id}", "/registrations/{registration_id}/approval")
    for view in ("web:registration-approve", "web:registration-withdraw", *of_registrations):
        made.of_view[view] = {"registration_id": _asked(made, identified=True)}


def own(person: UUID, scope: UUID) -> dict[str, object]:
    """Return what is somebody's own: a factor, another session, a link with an account elsewhere."""
    factor = Authenticator.objects.filter(person=person).values_list("pk", flat=True).first()
    _token, session = Session.made(Person.objects.get(pk=person), Stage.FULL, scope, NOW)
    session.new_place = True
    session.save(force_insert=True)
    linked = ExternalIdentity(id=new_id(), scope=INSTALLATION, person_id=person, provider="huis", subject=b"")
    linked.subject_index = look_up(str(linked.pk), scope=INSTALLATION, field="externalidentity.subject")
    linked.linked_by, linked.linked_at = person, NOON
    linked.save(force_insert=True)
    return {"authenticator_id": factor, "session_id": session.pk, "link_id": linked.pk}


def came_in(person: UUID, scope: UUID, *, fresh: bool = True) -> str:
    """Return the token of a session that is all the way in, its second factor proven just now or an hour ago."""
    entered, session = Session.made(Person.objects.get(pk=person), Stage.FULL, scope, NOW)
    session.proven_at = NOW if fresh else NOON
    session.save(force_insert=True)
    return entered.token


def _come(role: Role, made: Institution, login: str, within: Reference | None = None) -> UUID:
    name = login.replace(".", " ").replace("_", " ").title()
    return id_of(admitted(role, name, login, asked_by=made.admin, approved_by=made.officer, now=NOON, within=within))


def narrow(world: World, role: Role, within: Reference) -> UUID:
    """Let somebody in with a role for one thing alone."""
    return _come(role, world.here, f"smal.{role.value}", within)


def _without_role(made: Institution) -> UUID:
    person = _come(Role.DEVELOPER, made, "iemand.zonder")
    accounts.end_role(RoleHeld.objects.get(person=person).pk, "klaar", by=made.admin, now=NOON)
    return person


def _machine(made: Institution, kind: MachineKind, name: str) -> str:
    machine = _approved(made, kind, name)
    issued = issue_token(machine, addresses=[AT], certificate="", expires_at=TERM, by=made.admin, now=NOON)
    return issued.token


def _screen(made: Institution) -> str:
    now = datetime.now(UTC)
    shown = signed(CA, "scherm", begins=min(now, NOON) - A_MONTH, ends=max(now, NOON) + A_MONTH)
    add_certificate(_approved(made, MachineKind.STATION, "Scherm hal"), shown.pem, by=made.admin, now=NOON)
    return shown.pem.replace("\n", "%0A").replace("+", "%2B")


def _approved(made: Institution, kind: MachineKind, name: str) -> UUID:
    machine = ask_service(NewMachine(kind, name, made.logins["owner"], TERM), by=made.admin, now=NOON)
    approve_service(machine, by=made.officer, now=NOON)
    return machine


def id_of(someone: Someone) -> UUID:
    index = look_up(someone.login, scope=INSTALLATION, field="person.login")
    return UUID(str(Person.objects.get(login_index=index).pk))


def _actor(someone: Someone, role: str, scope: UUID) -> Actor:
    return Actor(ActorKind.PERSON, id_of(someone), scope, frozenset({Grant(role, scope)}), AT, fresh=True)


__all__ = ["World", "built", "came_in", "enrolled", "narrow", "own", "refill"]
