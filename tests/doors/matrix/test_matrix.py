"""Every role x address x verb x id of here, of another institution, of nothing: as the reviewed matrix says, and no other way.

1. Where it opens, it opens with an id of here.
2. With an id of elsewhere it answers as with one of nothing, and nothing is written.
3. Where it is closed, it answers the same whatever the id, and nothing is written: what is sent there is whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from tests.cast import SCOPE
from tests.doors.matrix import reviewed, sent
from tests.doors.matrix.trying import CLOSED, OPENED, VERBS, Answer, Caller, View, cases, tried, views
from tests.doors.matrix.world import AT, HEADER, PROXY, World, came_in, own, refill

from waarborg.accounts.models import Tries

LOG_IN = "/inloggen/"
MACHINES = frozenset({"stranger", "integration", "station"})
ACCOUNTED = frozenset({"accounts_credential", "accounts_challenge", "registers_assetsdocument", "accounts_tries"})
"""When a token was last used, what a browser was asked, the order of a file that is given: written while reading."""


@dataclass
class Desk:
    """Where one of them sits: a browser that is all the way in, or a program."""

    world: World
    who: str

    def __post_init__(self) -> None:
        refill(self.world.here)
        person = self.world.people.get(self.who)
        self.person = person
        self.sit_down()

    def sit_down(self) -> None:
        """Come in anew: what was one's own may be used up."""
        self.mine: Mapping[str, object] = own(self.person, SCOPE) if self.person else {}
        self.caller = self._caller()

    def _caller(self) -> Caller:
        if self.who == "integration":
            return Caller(REMOTE_ADDR=AT, headers={"Authorization": f"Bearer {self.world.token}"})
        if self.who == "station":
            return Caller(REMOTE_ADDR=PROXY, headers={HEADER: self.world.screen})
        number = reviewed.everybody().index(self.who)
        caller = Caller(REMOTE_ADDR=f"192.0.2.{100 + number}")
        if self.who in self.world.people:
            caller.cookies["__Host-waarborg"] = came_in(self.world.people[self.who], SCOPE)
        return caller

    def answers(self, view: View, verb: str) -> Iterator[tuple[str, Answer]]:
        """Ask with every mixture of ids; first with those that aren't of here, while nothing has changed."""
        here = {**self.world.here.for_view(view.name), **self.mine}
        asked = cases(view, here, self.world.there.for_view(view.name))
        if not reviewed.is_served(view, verb):
            asked = {case: ids for case, ids in asked.items() if set(case.split()) in ({"here"}, {"elsewhere"})}
        for case in sorted(asked, key=_is_here):
            whole = {} if _is_here(case) and reviewed.opens(view, verb, self.who) else sent.whole(view.name, verb)
            Tries.objects.all().delete()  # whoever tries everything from one address would soon be made to wait
            answer = tried(self.caller, view, verb, asked[case], whole)
            if answer.handed_over or (_is_here(case) and verb != "GET" and reviewed.opens(view, verb, self.who)):
                self.sit_down()
            yield case, answer


def _is_here(case: str) -> bool:
    return set(case.split()) == {"here"}


@pytest.mark.parametrize("who", reviewed.everybody())
def test_every_cell_is_as_it_was_reviewed(
    world: World, who: str, record_property: Callable[[str, object], None]
) -> None:
    desk, wrong, count = Desk(world, who), [], 0
    for view in views():
        for verb in VERBS:
            found = dict(desk.answers(view, verb))
            count += len(found)
            wrong += [f"{view.name} {verb} {said}" for said in _wrong(view, verb, who, found)]
    record_property("cells tried", count)
    assert not wrong, "\n".join(wrong)


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    assert {view.name for view in views()} == reviewed.listed()


def _wrong(view: View, verb: str, who: str, found: Mapping[str, Answer]) -> Iterator[str]:
    if reviewed.opens(view, verb, who):
        yield from _not_open(view, found)
    else:
        yield from _not_closed(view, who, found)


def _not_open(view: View, found: Mapping[str, Answer]) -> Iterator[str]:
    for case, answer in found.items():
        if _is_here(case):
            if answer.status not in OPENED:
                yield f"{case}: {answer.status}, and should open"
            continue
        nothing = found[case.replace("elsewhere", "nothing")]
        if answer.status not in {404, reviewed.unknown_as(view)}:
            yield f"{case}: {answer.status}, and should be {reviewed.unknown_as(view)}"
        if (answer.status, answer.told) != (nothing.status, nothing.told):
            yield f"{case}: {answer.status}, another answer than nothing gives ({nothing.status})"
        if answer.written - ACCOUNTED:
            yield f"{case}: {answer.status}, and wrote in {sorted(answer.written)}"


def _not_closed(view: View, who: str, found: Mapping[str, Answer]) -> Iterator[str]:
    for case, answer in found.items():
        if not _is_refusal(view, who, answer):
            yield f"{case}: {answer.status} {answer.told[:60] if answer.status < 400 else ''}, and should be closed"
        if answer.written - ACCOUNTED:
            yield f"{case}: {answer.status}, and wrote in {sorted(answer.written)}"
    if len({(answer.status, answer.told) for answer in found.values()}) > 1:
        yield f"is closed in several ways: { {case: answer.status for case, answer in found.items()} }"


def _is_refusal(view: View, who: str, answer: Answer) -> bool:
    """Tell whether nothing opened: refused, there is no such address or verb, or it wants a log-in first."""
    if who in MACHINES and not view.api:
        return answer.status in {404, 405} or (answer.status == 302 and answer.told.startswith(LOG_IN))
    if who == "nobody" and (answer.status, answer.told) == (302, LOG_IN):
        return True  # a step on the way in that isn't due: to who has no role it isn't even refused
    return answer.status in CLOSED or (answer.status == 401 and who == "stranger")
