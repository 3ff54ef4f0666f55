"""Somebody whose only role here ended while they were in: told so, and able to leave; nothing of theirs breaks."""

from django.urls import reverse
from tests.cast import ELSEWHERE
from tests.doors.web.conftest import Browser, Clock, Pair, come_in

from waarborg.accounts.models import Person, RoleHeld
from waarborg.accounts.testing import signed_in
from waarborg.accounts.values import Role
from waarborg.kernel.references import new_id


def in_without_a_role(pair: Pair, time: Clock) -> Browser:
    """Return the browser of Anna, whose role ended a minute ago."""
    browser = Browser()
    come_in(browser, pair.anna, time.moment)
    person = signed_in(browser.token, now=time.moment).actor.id
    RoleHeld.objects.filter(person=person).update(until=time.moment)
    time.passes(minutes=2)
    return browser


def test_who_holds_no_role_any_more_sees_nothing_of_the_house_and_can_log_out(pair: Pair, time: Clock) -> None:
    browser = in_without_a_role(pair, time)
    assert browser.get(reverse("web:people")).status_code == 403
    assert browser.get(reverse("web:applications")).status_code == 403
    token = browser.token
    assert browser.send(reverse("web:log-out")).status_code == 302
    assert (bool(token), browser.token) == (True, "")


def test_whose_role_here_ended_goes_on_where_they_hold_one_still(pair: Pair, time: Clock) -> None:
    browser = in_without_a_role(pair, time)
    anna = Person.objects.get(pk=signed_in(browser.token, now=time.moment).actor.id)
    RoleHeld.objects.create(
        id=new_id(),
        scope=ELSEWHERE,
        person=anna,
        role=Role.AUDITOR,
        granted_by=new_id(),
        at=time.moment,
        confirmed_at=time.moment,
    )
    assert browser.get(reverse("web:home")).status_code == 200
    assert browser.send(reverse("web:scope"), {"scope": str(ELSEWHERE)}).status_code == 302
    assert signed_in(browser.token, now=time.moment).actor.roles == {"auditor"}
