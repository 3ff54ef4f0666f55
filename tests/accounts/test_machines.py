"""Systems and wall screens: asked by one, approved by another, let in by what is bound to them, and out again at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from tests.accounts.certificates import A_MONTH, Signed, authority, signed
from tests.accounts.conftest import House, logged
from tests.cast import ELSEWHERE, NOON, SCOPE, person

from waarborg.accounts.models import BoundCertificate, Credential, ServiceAccount
from waarborg.accounts.operations import NeedsAnother, leave
from waarborg.accounts.operations.credentials import (
    BoundToNothing,
    CertificateTaken,
    CredentialUnknown,
    add_certificate,
    issue_token,
    revoke_credential,
)
from waarborg.accounts.operations.letting_in import let_in
from waarborg.accounts.operations.machines import (
    EndTooFar,
    MachineRefused,
    MachineUnknown,
    NameTaken,
    OwnerUnknown,
    PlaceUnfit,
    approve_service,
    ask_service,
    change_owner,
    end_service,
    open_services,
)
from waarborg.accounts.queries import anonymous
from waarborg.accounts.testing import admitted
from waarborg.accounts.values import Role
from waarborg.accounts.values.machines import Machine, MachineKind, MachineState, NewMachine
from waarborg.audit.values import Outcome
from waarborg.kernel.actor import Actor, ActorKind, Grant, NotAllowed
from waarborg.kernel.references import INSTALLATION, Reference, new_id

NOW = NOON + timedelta(minutes=2)
HERE, AWAY = "192.0.2.40", "198.51.100.7"
NETWORK = ["192.0.2.32/28"]
CA = authority("Proef-CA", NOON)


def certificate(name: str = "belsysteem") -> Signed:
    return signed(CA, name, begins=NOON - A_MONTH, ends=NOON + 2 * A_MONTH)


def wanted(name: str = "Belsysteem", kind: MachineKind = MachineKind.SYSTEM, **more: object) -> NewMachine:
    said: dict[str, object] = {"owner": "sam.visser", "ends_at": NOW + 6 * A_MONTH, "within": None} | more
    return NewMachine(kind, name, **said)  # type: ignore[arg-type] # the fields are those of NewMachine


def approved(house: House, asked: NewMachine | None = None, now: datetime = NOW) -> UUID:
    made = ask_service(asked or wanted(), by=house.as_anna, now=now)
    approve_service(made, by=house.as_sam, now=now)
    return made


def token_of(house: House, service: UUID, *, now: datetime = NOW, **bound: object) -> str:
    said: dict[str, object] = {"addresses": NETWORK, "certificate": "", "expires_at": now + A_MONTH} | bound
    return issue_token(service, by=house.as_anna, now=now, **said).token  # type: ignore[arg-type] # its own names


def comes(token: str | None = None, der: bytes | None = None, at: str = HERE, now: datetime = NOW) -> Machine | None:
    return let_in(token, der, by=anonymous(at), now=now)


def test_a_system_comes_in_with_its_one_role(house: House) -> None:
    service = approved(house)
    machine = comes(token_of(house, service))
    assert machine is not None
    assert machine.actor == Actor(
        ActorKind.SERVICE, service, SCOPE, frozenset({Grant("integration", SCOPE)}), network_address=HERE
    )
    assert (machine.kind, machine.name) == (MachineKind.SYSTEM, "Belsysteem")


def test_a_narrow_account_gives_a_narrow_grant(house: House) -> None:
    one = Reference("application", new_id())
    machine = comes(token_of(house, approved(house, wanted(within=one))))
    assert machine is not None
    assert machine.actor.grants == {Grant("integration", SCOPE, one)}


def test_who_asked_does_not_approve_and_the_database_holds_it_too(house: House) -> None:
    asked = ask_service(wanted(), by=house.as_anna, now=NOW)
    with pytest.raises(NeedsAnother):
        approve_service(asked, by=house.as_anna, now=NOW)
    with pytest.raises(IntegrityError):
        ServiceAccount.objects.filter(pk=asked).update(approved_by=house.as_anna.id)
    with pytest.raises(MachineRefused):
        token_of(house, asked)
    approve_service(asked, by=house.as_sam, now=NOW)
    with pytest.raises(MachineRefused):
        approve_service(asked, by=house.as_sam, now=NOW)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ends_at": NOW}, EndTooFar),
        ({"ends_at": NOW + timedelta(days=367)}, EndTooFar),
        ({"owner": "nobody.here"}, OwnerUnknown),
        ({"name": "  "}, NameTaken),
        ({"name": "x" * 101}, NameTaken),
        ({"within": Reference("ward", new_id())}, PlaceUnfit),
    ],
)
def test_what_cannot_be_is_not_asked(house: House, change: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask_service(wanted(**{"name": "Belsysteem", **change}), by=house.as_anna, now=NOW)  # type: ignore[arg-type] # as above
    assert not ServiceAccount.objects.exists()


def test_a_name_is_of_one_until_it_ran_out(house: House) -> None:
    first = approved(house, wanted(ends_at=NOW + timedelta(days=10)))
    with pytest.raises(NameTaken):
        ask_service(wanted(), by=house.as_sam, now=NOW)
    later = NOW + timedelta(days=10)
    ask_service(wanted(ends_at=later + A_MONTH), by=house.as_sam, now=later)
    assert ServiceAccount.objects.get(pk=first).ended_at == later


def test_only_those_who_keep_systems_do(house: House) -> None:
    lead = person(3, "devops_lead")
    service = approved(house)
    acts: list[Callable[[], object]] = [
        lambda: ask_service(wanted("Ander"), by=lead, now=NOW),
        lambda: approve_service(service, by=lead, now=NOW),
        lambda: end_service(service, "x", by=lead, now=NOW),
        lambda: change_owner(service, "sam.visser", by=lead, now=NOW),
        lambda: open_services(by=lead, now=NOW),
        lambda: add_certificate(service, certificate().pem, by=lead, now=NOW),
        lambda: issue_token(service, addresses=NETWORK, certificate="", expires_at=NOW + A_MONTH, by=lead, now=NOW),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_another_institution_finds_nothing(house: House) -> None:
    service = approved(house)
    token_of(house, service)
    stranger = person(9, "administrator", ELSEWHERE)
    for act in (
        lambda: approve_service(service, by=stranger, now=NOW),
        lambda: end_service(service, "x", by=stranger, now=NOW),
        lambda: add_certificate(service, certificate().pem, by=stranger, now=NOW),
    ):
        with pytest.raises(MachineUnknown):
            act()
    with pytest.raises(CredentialUnknown):
        revoke_credential(Credential.objects.get().pk, by=stranger, now=NOW)
    assert open_services(by=stranger, now=NOW).machines == ()


def test_of_a_token_only_a_digest_is_kept_and_the_log_holds_none_of_it(house: House) -> None:
    token = token_of(house, approved(house))
    row = Credential.objects.get()
    assert (len(bytes(row.digest)), row.hint) == (32, token[:10])
    assert token[10:] not in repr(row.__dict__)
    assert token not in repr([entry for event in ("accounts.token_issued",) for entry in logged(SCOPE, event)])
    assert comes(token) is not None
    assert token[10:] not in repr(logged(SCOPE, "accounts.service_came_in"))


def test_a_token_taken_elsewhere_is_unknown(house: House) -> None:
    token = token_of(house, approved(house))
    assert comes(token) is not None
    assert comes(token, at=AWAY) is None
    assert comes(token, at="") is None


def test_a_token_with_a_certificate_needs_both(house: House) -> None:
    ours, other = certificate(), certificate("ander")
    token = token_of(house, approved(house), addresses=[], certificate=ours.pem)
    assert comes(token) is None
    assert comes(token, other.der) is None
    assert comes(token, ours.der, at=AWAY) is not None
    # It was bound as a token's other half: alone it opens nothing.
    assert comes(None, ours.der) is None


def test_a_token_is_bound_to_something_and_that_of_a_screen_to_a_certificate(house: House) -> None:
    with pytest.raises(BoundToNothing):
        token_of(house, approved(house), addresses=[])
    screen = approved(house, wanted("Scherm afdeling 3", MachineKind.STATION))
    with pytest.raises(BoundToNothing):
        token_of(house, screen)
    ours = certificate("scherm")
    token = token_of(house, screen, certificate=ours.pem)
    assert comes(token) is None
    assert comes(token, ours.der) is not None


def test_a_screen_is_known_by_its_certificate(house: House) -> None:
    screen, ours = approved(house, wanted("Scherm afdeling 3", MachineKind.STATION)), certificate("scherm")
    add_certificate(screen, ours.pem, by=house.as_anna, now=NOW)
    machine = comes(None, ours.der, at=AWAY)
    assert machine is not None
    assert (machine.kind, machine.actor.roles) == (MachineKind.STATION, frozenset({"station"}))
    assert comes(None, certificate("scherm").der) is None
    assert comes(None, ours.der, now=NOW + 3 * A_MONTH) is None


def test_a_certificate_is_of_one_account_for_good(house: House) -> None:
    first, second, ours = approved(house), approved(house, wanted("Ander")), certificate()
    kept = add_certificate(first, ours.pem, by=house.as_anna, now=NOW)
    for act in (
        lambda: add_certificate(second, ours.pem, by=house.as_anna, now=NOW),
        lambda: token_of(house, second, certificate=ours.pem),
        lambda: add_certificate(first, ours.pem, by=house.as_anna, now=NOW),
    ):
        with pytest.raises(CertificateTaken):
            act()
    revoke_credential(kept, by=house.as_anna, now=NOW)
    end_service(first, "weg", by=house.as_anna, now=NOW)
    with pytest.raises(CertificateTaken):
        add_certificate(second, ours.pem, by=house.as_anna, now=NOW)
    with pytest.raises(Exception, match=r"(?i)append|only grows|permission denied"):
        BoundCertificate.objects.all().delete()


def test_rotation_leaves_the_old_token_a_week_and_never_three(house: House) -> None:
    service = approved(house)
    first = token_of(house, service)
    second = token_of(house, service)
    assert comes(first) is not None
    assert comes(first, now=NOW + timedelta(days=7)) is None
    assert comes(second, now=NOW + timedelta(days=7)) is not None
    third = token_of(house, service, now=NOW + timedelta(days=1), expires_at=NOW + A_MONTH)
    living = [each for each in (first, second, third) if comes(each, now=NOW + timedelta(days=1))]
    assert living == [second, third]


def test_a_token_never_outlives_its_account(house: House) -> None:
    end = NOW + timedelta(days=10)
    service = approved(house, wanted(ends_at=end))
    with pytest.raises(EndTooFar):
        token_of(house, service, expires_at=end + timedelta(minutes=1))
    token = token_of(house, service, expires_at=end)
    assert comes(token, now=end - timedelta(minutes=1)) is not None
    assert comes(token, now=end) is None


def test_revoked_or_ended_opens_nothing_from_the_next_request_on(house: House) -> None:
    service = approved(house)
    first, second = token_of(house, service), token_of(house, service)
    assert comes(first) is not None
    revoke_credential(Credential.objects.order_by("made_at", "pk").first().pk, by=house.as_sam, now=NOW)  # type: ignore[union-attr] # there are two
    assert [comes(each) is None for each in (first, second)] == [True, False]
    end_service(service, "vervangen", by=house.as_sam, now=NOW)
    assert comes(second) is None
    assert all(each.revoked_at for each in Credential.objects.all())


def test_when_its_owner_leaves_nothing_opens_until_somebody_else_answers_for_it(house: House) -> None:
    people = admitted(
        Role.DEVOPS_LEAD, "Noor Bakker", "noor.bakker", asked_by=house.as_anna, approved_by=house.as_sam, now=NOW
    )
    service = approved(house, wanted(owner=people.login))
    token, ours = token_of(house, service), certificate()
    add_certificate(service, ours.pem, by=house.as_anna, now=NOW)
    owner = ServiceAccount.objects.get(pk=service).owner_id
    leave(owner, "naar een ander", by=house.as_sam, now=NOW)
    assert comes(token) is None
    assert comes(None, ours.der) is None
    assert open_services(by=house.as_sam, now=NOW).machines[0].state is MachineState.OWNERLESS
    with pytest.raises(OwnerUnknown):
        change_owner(service, people.login, by=house.as_sam, now=NOW)
    change_owner(service, "anna.deboer", by=house.as_sam, now=NOW)
    # What the leaver could have copied stays revoked.
    assert comes(token) is None
    assert comes(token_of(house, service)) is not None


def test_use_is_noted_once_a_minute_and_logged_once_a_pause(house: House) -> None:
    token = token_of(house, approved(house))
    for seconds in (0, 10, 59, 60, 130):
        comes(token, now=NOW + timedelta(seconds=seconds))
    assert Credential.objects.get().last_used_at == NOW + timedelta(seconds=130)
    assert len(logged(SCOPE, "accounts.service_came_in")) == 1
    comes(token, now=NOW + timedelta(minutes=30))
    assert len(logged(SCOPE, "accounts.service_came_in")) == 2


def test_within_the_minute_a_known_token_writes_nothing(house: House) -> None:
    token = token_of(house, approved(house))
    comes(token)
    with CaptureQueriesContext(connection) as asked:
        assert comes(token, now=NOW + timedelta(seconds=5)) is not None
    assert len(asked) == 2
    assert all(each["sql"].lstrip().upper().startswith("SELECT") for each in asked)


def test_a_flood_of_refused_tokens_is_logged_the_first_tenth_and_hundredth_time(house: House) -> None:
    token = token_of(house, approved(house))
    for _time in range(30):
        assert comes(token, at=AWAY) is None
    refused = logged(INSTALLATION, "accounts.service_came_in")
    assert 2 <= len(refused) <= 4
    assert {entry.outcome for entry in refused} == {Outcome.FAILED, Outcome.REFUSED}
    assert comes(token) is not None


def test_what_never_was_a_token_costs_no_query(house: House) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert comes("wbg_" + "0" * 49) is None
        assert comes("") is None
        assert comes(None, b"no certificate") is None
    assert len(asked) == 0


def test_the_list_says_how_each_stands_and_is_read_in_few_queries(house: House) -> None:
    service = approved(house)
    ask_service(wanted("Tweede"), by=house.as_anna, now=NOW)
    token_of(house, service)
    with CaptureQueriesContext(connection) as asked:
        page = open_services(by=house.as_sam, now=NOW)
    lines = {line.name: line for line in page.machines}
    assert [line.name for line in page.machines] == ["Tweede", "Belsysteem"]
    assert lines["Tweede"].state is MachineState.ASKED
    assert lines["Tweede"].may_approve
    assert not open_services(by=house.as_anna, now=NOW).machines[0].may_approve
    assert (lines["Belsysteem"].owner, lines["Belsysteem"].approved_by) == ("Sam Visser", "Sam Visser")
    assert [each.lives for each in lines["Belsysteem"].credentials] == [True]
    assert len(asked) < 20
    assert logged(SCOPE, "accounts.services_read")
