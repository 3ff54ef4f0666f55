"""A hundred thousand random histories of one person, by the rules alone: nothing opens that the oracle doesn't allow.

A machine keeps what the rows keep and asks the rules at each step, as the operations do. Whoever acts is drawn at random from four,
the person themself among them. To show that the oracle can object, the same is done with rules of which one is left out.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.accounts.histories import Event, What, may_open
from tests.cast import AART, ANNA, NOON, NOOR, SAM

from waarborg.accounts.rules.access import (
    PersonFacts,
    RoleFacts,
    any_counts,
    counts,
    delegated_until,
    earliest,
    holds_until,
    latest,
    may_be_in,
)
from waarborg.accounts.rules.duties import DutiesClash, require_separate
from waarborg.accounts.rules.registrations import (
    VALID_FOR,
    NeedsAnother,
    OwnIdentity,
    RegistrationFacts,
    RegistrationRefused,
    RegistrationStep,
    after,
    state_of,
)
from waarborg.accounts.values import PersonState, RegistrationKind, RegistrationState, Role

HISTORIES = 100_000
PERSON, GIVER = NOOR.id, ANNA.id
ACTORS = [PERSON, GIVER, SAM.id, AART.id]
ROLES = [Role.CARE_PROFESSIONAL, Role.DEVOPS_LEAD, Role.AUDITOR, Role.ADMINISTRATOR]
UNDER_WAY = {RegistrationState.ASKED, RegistrationState.IDENTIFIED, RegistrationState.APPROVED}
HERE_ALREADY = {RegistrationKind.ROLE, RegistrationKind.DELEGATION}
DAY = timedelta(days=1)
SOON = [timedelta(0)] * 12 + [timedelta(hours=1)] * 8 + [DAY] * 4 + [6 * DAY] * 2
CLOCK = [*SOON, 15 * DAY, 80 * DAY, 300 * DAY, 420 * DAY, 1900 * DAY]
LENGTHS = [None, None, None, 3 * DAY, 60 * DAY, 500 * DAY]
REFUSED = (RegistrationRefused, NeedsAnother, OwnIdentity, DutiesClash)


@dataclass
class Asked:
    """One registration, as its row has it."""

    kind: RegistrationKind
    role: Role
    ends_at: datetime | None
    facts: RegistrationFacts
    holds_until: datetime | None = None


@dataclass
class Held:
    """One role, as its row has it."""

    role: Role
    standing_in: bool
    facts: RoleFacts


class Machine:
    """One person's rows, changed as the operations change them, after the rules were asked."""

    def __init__(self) -> None:
        self.now = NOON
        self.state: PersonState | None = None
        self.verify_before = NOON
        self.asked = list[Asked]()
        self.held = list[Held]()
        self.coming: int | None = None
        self.giver_until: datetime | None = NOON + 700 * DAY
        self.history = list[Event]()

    def is_in(self) -> bool:
        """Tell what the rules tell on each request."""
        if self.state is None:
            return False
        facts = PersonFacts(self.state, self.verify_before)
        return may_be_in(facts, self.now) and any_counts((each.facts for each in self.held), self.now)

    def after(self, number: int, step: RegistrationStep, by: UUID | None) -> RegistrationState:
        return after(self.asked[number].facts, step, by=by, now=self.now)

    def note(
        self,
        what: What,
        by: UUID | None,
        number: int = -1,
        *,
        kind: str = "",
        role: str = "",
        until: datetime | None = None,
        giver_until: datetime | None = None,
    ) -> None:
        if number >= 0:
            kind, role = self.asked[number].kind.value, self.asked[number].role.value
        self.history.append(Event(what, self.now, by, number, kind, role, until, giver_until))

    def ask(self, kind: RegistrationKind, by: UUID, role: Role, length: timedelta | None) -> None:
        ends_at = self.now + length if length else None
        person = None if kind is RegistrationKind.NEW else PERSON
        if kind in HERE_ALREADY:
            if self.state is not PersonState.ACTIVE or not may_be_in(
                PersonFacts(self.state, self.verify_before), self.now
            ):
                return
            require_separate(self.roles(), role)
        if kind is RegistrationKind.RETURN and self.state is not PersonState.LEFT:
            return
        if kind is RegistrationKind.DELEGATION and (
            by != GIVER or not self.giver_holds() or ends_at is None or ends_at > delegated_until(self.now)
        ):
            return
        expires_at = min(self.now + VALID_FOR, ends_at or self.now + VALID_FOR)
        facts = RegistrationFacts(by, expires_at, needs_identity=kind not in HERE_ALREADY, person=person)
        self.asked.append(Asked(kind, role, ends_at, facts))
        giver = self.giver_until if kind is RegistrationKind.DELEGATION else None
        self.note(What.ASKED, by, len(self.asked) - 1, until=ends_at, giver_until=giver)

    def identify(self, number: int, by: UUID, document: timedelta | None) -> None:
        self.after(number, RegistrationStep.IDENTIFY, by)
        asked, ends = self.asked[number], self.now + document if document else None
        if by == PERSON and self.state is None:  # a newcomer has no account to act by
            return
        asked.facts = replace(asked.facts, identified_by=by)
        asked.holds_until = holds_until(self.now, ends)
        self.note(What.IDENTIFIED, by, number, until=ends)

    def approve(self, number: int, by: UUID) -> None:
        if by == PERSON and self.state is None:  # as above
            return
        self.after(number, RegistrationStep.APPROVE, by)
        asked = self.asked[number]
        if asked.kind in HERE_ALREADY:
            if self.state is not PersonState.ACTIVE or not may_be_in(
                PersonFacts(self.state, self.verify_before), self.now
            ):
                return
            if not self.hold(asked):
                return
        asked.facts = replace(asked.facts, approved_by=by, used=asked.kind in HERE_ALREADY)
        self.note(What.APPROVED, by, number)

    def withdraw(self, number: int, by: UUID) -> None:
        self.after(number, RegistrationStep.WITHDRAW, by)
        self.asked[number].facts = replace(self.asked[number].facts, withdrawn=True)
        self.note(What.WITHDRAWN, by, number)

    def use(self, number: int) -> None:
        self.after(number, RegistrationStep.USE, None)
        asked = self.asked[number]
        if self.state is not (None if asked.kind is RegistrationKind.NEW else PersonState.LEFT):
            return
        asked.facts = replace(asked.facts, used=True, person=PERSON)
        self.state, self.coming = PersonState.APPROVED, number
        self.verify_before = asked.holds_until or self.now
        self.note(What.USED, PERSON, number)

    def join(self, number: int) -> None:
        self.after(number, RegistrationStep.JOIN, PERSON)
        asked = self.asked[number]
        if self.state is not PersonState.ACTIVE or not may_be_in(PersonFacts(self.state, self.verify_before), self.now):
            return
        if not self.hold(asked):
            return
        asked.facts = replace(asked.facts, used=True, person=PERSON)
        self.verify_before = max(self.verify_before, asked.holds_until or self.verify_before)
        self.note(What.JOINED, None, number)

    def enrol(self) -> None:
        if self.state is not PersonState.APPROVED or self.coming is None:
            return
        asked = self.asked[self.coming]
        if self.now >= asked.facts.expires_at or not self.hold(asked):
            return
        self.state = PersonState.ACTIVE
        self.note(What.ENROLLED, None, self.coming)

    def hold(self, asked: Asked) -> bool:
        require_separate(self.roles(), asked.role)
        standing_in = asked.kind is RegistrationKind.DELEGATION
        if standing_in and not self.giver_holds():
            return False
        until = earliest(asked.ends_at, self.giver_until) if standing_in else asked.ends_at
        for each in self.lasting(asked.role, standing_in=standing_in):
            until = until if standing_in else latest(until, each.facts.until)
            each.facts = replace(each.facts, until=self.now)
        self.held.append(Held(asked.role, standing_in, RoleFacts(self.now, until, self.now)))
        return True

    def leave(self) -> None:
        if self.state in {None, PersonState.LEFT}:
            return
        for each in self.held:
            self.end(each)
        for asked in self.asked:
            if asked.facts.person is not None and not asked.facts.used:
                asked.facts = replace(asked.facts, withdrawn=True)
        self.state = PersonState.LEFT
        self.note(What.LEFT, None)

    def end_role(self, role: Role, *, standing_in: bool) -> None:
        found = self.lasting(role, standing_in=standing_in)
        for each in found:
            self.end(each)
        if found:
            kind = RegistrationKind.DELEGATION if standing_in else RegistrationKind.ROLE
            self.note(What.ROLE_ENDED, None, role=role.value, kind=kind.value)

    def end_giver(self) -> None:
        if not self.giver_holds():
            return
        self.giver_until = self.now
        for each in self.held:
            if each.standing_in:
                self.end(each)
                self.note(What.GIVER_ENDED, None, role=each.role.value)

    def review(self, role: Role, by: UUID, *, standing_in: bool) -> None:
        found = self.lasting(role, standing_in=standing_in)
        if by == PERSON or not found:
            return
        for each in found:
            each.facts = replace(each.facts, confirmed_at=self.now)
        kind = RegistrationKind.DELEGATION if standing_in else RegistrationKind.ROLE
        self.note(What.REVIEWED, by, role=role.value, kind=kind.value)

    def verify(self, by: UUID, document: timedelta | None) -> None:
        if by == PERSON or self.state is not PersonState.ACTIVE:
            return
        ends = self.now + document if document else None
        self.verify_before = max(self.verify_before, holds_until(self.now, ends))
        self.note(What.VERIFIED, by, until=ends)

    def end(self, held: Held) -> None:
        if held.facts.until is None or held.facts.until > self.now:
            held.facts = replace(held.facts, until=self.now)

    def lasting(self, role: Role, *, standing_in: bool) -> list[Held]:
        here = [each for each in self.held if each.role is role and each.standing_in is standing_in]
        return [each for each in here if each.facts.until is None or self.now < each.facts.until]

    def roles(self) -> list[Role]:
        return [each.role for each in self.held if each.facts.until is None or self.now < each.facts.until]

    def giver_holds(self) -> bool:
        return counts(RoleFacts(NOON, self.giver_until, self.now), self.now)


def step(machine: Machine, draw: random.Random) -> None:
    """Let some time pass, and let somebody try something: more often than not what comes next, else anything."""
    machine.now += draw.choice(CLOCK)
    by = draw.choice(ACTORS)
    try:
        if draw.random() < 0.7:
            what_comes_next(machine, draw, by)
        else:
            anything(machine, draw, by)
    except REFUSED:
        return


def what_comes_next(machine: Machine, draw: random.Random, by: UUID) -> None:
    if machine.state is PersonState.APPROVED:
        machine.enrol()
        return
    waiting = [number for number, each in enumerate(machine.asked) if state_of(each.facts, machine.now) in UNDER_WAY]
    if not waiting or draw.random() < 0.05:
        kinds = {None: ["new"], PersonState.LEFT: ["return"]}.get(machine.state, ["role", "delegation", "new"])
        kind = RegistrationKind(draw.choice(kinds))
        if kind is RegistrationKind.DELEGATION:
            machine.ask(kind, GIVER, draw.choice(ROLES), 60 * DAY)
        else:
            machine.ask(kind, by, draw.choice(ROLES), draw.choice(LENGTHS))
        return
    number = waiting[-1]
    facts = machine.asked[number].facts
    if facts.needs_identity and facts.identified_by is None:
        machine.identify(number, by, draw.choice(LENGTHS))
    elif facts.approved_by is None:
        machine.approve(number, by)
    elif facts.person is None and machine.state is not None:
        machine.join(number)
    else:
        machine.use(number)


def anything(machine: Machine, draw: random.Random, by: UUID) -> None:
    number = draw.randrange(len(machine.asked)) if machine.asked else -1
    role, standing_in = draw.choice(ROLES), draw.random() < 0.5
    of_one: list[Callable[[], None]] = [
        lambda: machine.identify(number, by, draw.choice(LENGTHS)),
        lambda: machine.approve(number, by),
        lambda: machine.withdraw(number, by),
        lambda: machine.use(number),
        lambda: machine.join(number),
    ]
    of_the_person: list[Callable[[], None]] = [
        lambda: machine.ask(draw.choice(list(RegistrationKind)[:4]), by, role, draw.choice(LENGTHS)),
        machine.enrol,
        machine.leave,
        machine.end_giver,
        machine.end_giver,
        lambda: machine.end_role(role, standing_in=standing_in),
        lambda: machine.end_role(role, standing_in=False),
        lambda: machine.review(role, by, standing_in=standing_in),
        lambda: machine.verify(by, draw.choice(LENGTHS)),
    ]
    draw.choice(of_the_person + of_one if number >= 0 else of_the_person)()


@dataclass
class Tally:
    histories: int = 0
    opened: int = 0
    returned: int = 0
    joined: int = 0
    stood_in: int = 0
    off_boarded_after_access: int = 0
    violations: int = 0


def run(kind: type[Machine], histories: int, seed: int, *, until_one: bool = False) -> Tally:
    """Make random histories, and ask the oracle each time that the rules say yes; `until_one` stops at the first violation."""
    draw, tally = random.Random(seed), Tally()
    for _ in range(histories):
        machine, opened, violated = kind(), False, False
        for _ in range(draw.randrange(10, 30)):
            step(machine, draw)
            if machine.is_in():
                opened = True
                violated = violated or not may_open(machine.history, PERSON, machine.now)
        count(tally, machine, opened=opened, violated=violated)
        if until_one and violated:
            break
    return tally


def count(tally: Tally, machine: Machine, *, opened: bool, violated: bool) -> None:
    done = [event.what for event in machine.history]
    tally.histories += 1
    tally.opened += opened
    tally.violations += violated
    tally.returned += done.count(What.ENROLLED) > 1
    tally.joined += What.JOINED in done
    tally.stood_in += any(each.standing_in for each in machine.held)
    tally.off_boarded_after_access += opened and What.LEFT in done


def test_in_a_hundred_thousand_histories_nothing_opens_that_may_not(capsys: pytest.CaptureFixture[str]) -> None:
    tally = run(Machine, HISTORIES, seed=20261121)
    with capsys.disabled():
        print(f"\n  {tally}")
    assert (tally.histories, tally.violations) == (HISTORIES, 0)
    assert tally.opened > HISTORIES // 5, "the histories must come to something"
    assert min(tally.returned, tally.joined, tally.stood_in, tally.off_boarded_after_access) > 500


class WithoutAnother(Machine):
    """Whoever asked or identified may approve."""

    def after(self, number: int, step: RegistrationStep, by: UUID | None) -> RegistrationState:
        return super().after(number, step, UUID(int=9) if step is RegistrationStep.APPROVE else by)


class WithoutOthers(Machine):
    """Whoever asked, identified or approved may join by it."""

    def after(self, number: int, step: RegistrationStep, by: UUID | None) -> RegistrationState:
        return super().after(number, step, UUID(int=9) if step is RegistrationStep.JOIN else by)


class WithoutIdentity(Machine):
    """Nobody has to establish who someone is."""

    def after(self, number: int, step: RegistrationStep, by: UUID | None) -> RegistrationState:
        facts = self.asked[number].facts
        return after(replace(facts, needs_identity=False), step, by=by, now=self.now)

    def use(self, number: int) -> None:
        self.asked[number].holds_until = self.asked[number].holds_until or self.now + 900 * DAY
        super().use(number)

    def approve(self, number: int, by: UUID) -> None:
        if self.asked[number].kind not in HERE_ALREADY:
            super().approve(number, by)


class WithoutExpiry(Machine):
    """A registration lasts for ever."""

    def after(self, number: int, step: RegistrationStep, by: UUID | None) -> RegistrationState:
        return after(self.asked[number].facts, step, by=by, now=NOON)


class WithoutWithdrawal(Machine):
    """What was withdrawn can still be used."""

    def after(self, number: int, step: RegistrationStep, by: UUID | None) -> RegistrationState:
        return after(replace(self.asked[number].facts, withdrawn=False), step, by=by, now=self.now)


class WithoutOffBoarding(Machine):
    """Who left keeps what they had."""

    def leave(self) -> None:
        if self.state is PersonState.ACTIVE:
            self.note(What.LEFT, None)


class WithoutCadence(Machine):
    """An identity that was established holds for ever."""

    def is_in(self) -> bool:
        self.verify_before = datetime.max.replace(tzinfo=NOON.tzinfo)
        return super().is_in()


class WithoutReview(Machine):
    """A role that nobody needs any more stays."""

    def is_in(self) -> bool:
        for each in self.held:
            each.facts = replace(each.facts, confirmed_at=self.now)
        return super().is_in()


class WithoutGiver(Machine):
    """Who stands in stays when the other loses the role."""

    def end(self, held: Held) -> None:
        if not held.standing_in:
            super().end(held)

    def end_giver(self) -> None:
        if any(each.standing_in for each in self.held):
            super().end_giver()


@pytest.mark.parametrize(
    "broken",
    [
        WithoutAnother,
        WithoutOthers,
        WithoutIdentity,
        WithoutExpiry,
        WithoutWithdrawal,
        WithoutOffBoarding,
        WithoutCadence,
        WithoutReview,
        WithoutGiver,
    ],
)
def test_with_one_rule_left_out_the_oracle_objects(broken: type[Machine]) -> None:
    assert run(broken, 20_000, seed=7, until_one=True).violations == 1
