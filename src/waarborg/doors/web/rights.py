"""What every page and endpoint asks of whoever opens it: one list. A name that isn't on it is refused to everyone.

Each operation still asks for its own permission: this list keeps a page from being opened by someone who could do nothing there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from waarborg.accounts.permissions import (
    APPROVE_RECOVERY,
    APPROVE_REGISTRATION,
    APPROVE_SERVICE,
    ASK_RECOVERY,
    DELEGATE,
    END_ROLE,
    IDENTIFY,
    JOIN,
    KEEP_SERVICES,
    OFF_BOARD,
    OWN_FACTORS,
    READ_PEOPLE,
    READ_ROLES,
    READ_SERVICES,
    REQUEST_REGISTRATION,
    REVIEW_EMERGENCIES,
    REVIEW_RIGHTS,
)
from waarborg.accounts.permissions import WITHDRAW_REGISTRATION as WITHDRAW
from waarborg.assurance.permissions import (
    ALLOW_TARGET,
    CONFIRM_STATEMENT,
    DECIDE_APPLICABILITY,
    MEASURE,
    READ_STANDING,
    READ_STATEMENT,
    STATE,
)
from waarborg.audit.operations import record_refusal
from waarborg.audit.permissions import READ_LOG
from waarborg.audit.values import Action
from waarborg.doors.web import endpoints
from waarborg.doors.web.errors import error_page
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, ActorKind, NotAllowed, Permission, may, reach
from waarborg.registers.permissions import (
    CLASSIFY_INFORMATION,
    EXPORT_ASSETS,
    KEEP_UNITS,
    READ_REGISTER,
    RECORD_REVIEW,
    REGISTER_APPLICATION,
    REGISTER_CUSTOMER,
    REGISTER_ENVIRONMENT,
    REGISTER_PROJECT,
    RETIRE_APPLICATION,
)

OPEN: Final = (
    "web:log-in",
    "web:passkey-question",
    "web:passkey-enter",
    "web:lost",
    "web:password-lost",
    "web:register",
    "web:sign-on",
    "web:sign-on-identify",
    "web:sign-on-back",
    "web:sign-on-answer",
    "web:sign-on-metadata",
    "web:language",
    "web:security-txt",
)
OF_STAGES: Final = (
    "web:enrol",
    "web:enrol-passkey",
    "web:factor",
    "web:factor-passkey",
    "web:factor-code",
    "web:factor-lost",
    "web:own-passkey-question",
    "web:notice",
    "web:waiting",
    "web:lapsed",
)
"""Pages on the way in, which `middleware.SignedIn` shows at their stage."""
OWN: Final = (
    "web:home",
    "web:log-out",
    "web:account",
    "web:session-end",
    "web:sessions-end",
    "web:sign-in-mine",
    "web:sign-in-not-mine",
    "web:not-me",
    "web:scope",
)
"""Of anyone fully in."""

NEEDED: Final[Mapping[str, Permission | None]] = {
    **dict.fromkeys((*OPEN, *OF_STAGES, *OWN)),
    "web:account-app": OWN_FACTORS,
    "web:account-passkey": OWN_FACTORS,
    "web:factor-remove": OWN_FACTORS,
    "web:recovery-codes": OWN_FACTORS,
    "web:password": OWN_FACTORS,
    "web:join": JOIN,
    "web:recoveries": ASK_RECOVERY,
    "web:recovery-ask": ASK_RECOVERY,
    "web:recovery-approve": APPROVE_RECOVERY,
    "web:recovery-withdraw": ASK_RECOVERY,
    "web:sign-on-link": OWN_FACTORS,
    "web:sign-on-unlink": OWN_FACTORS,
    # A board asks for one of two permissions, which it does itself.
    "web:board": None,
    "web:machines": READ_SERVICES,
    "web:machine-new": KEEP_SERVICES,
    "web:machine-approve": APPROVE_SERVICE,
    "web:machine-end": KEEP_SERVICES,
    "web:machine-owner": KEEP_SERVICES,
    "web:machine-token": KEEP_SERVICES,
    "web:machine-certificate": KEEP_SERVICES,
    "web:credential-revoke": KEEP_SERVICES,
    "web:people": READ_PEOPLE,
    "web:person": READ_PEOPLE,
    "web:person-new": REQUEST_REGISTRATION,
    "web:person-return": REQUEST_REGISTRATION,
    "web:person-role": REQUEST_REGISTRATION,
    "web:person-verify": IDENTIFY,
    "web:person-number": IDENTIFY,
    "web:number-end": IDENTIFY,
    "web:person-leave": OFF_BOARD,
    "web:role-end": END_ROLE,
    "web:stand-in": DELEGATE,
    "web:reviews": REVIEW_RIGHTS,
    "web:emergencies": REVIEW_EMERGENCIES,
    "web:emergency-review": REVIEW_EMERGENCIES,
    "web:registration-identify": IDENTIFY,
    "web:registration-approve": APPROVE_REGISTRATION,
    "web:registration-withdraw": WITHDRAW,
    "web:roles": READ_ROLES,
    "web:application": READ_STANDING,
    "web:measure": MEASURE,
    "web:measuring": READ_STANDING,
    "web:statement": STATE,
    "web:applicability": DECIDE_APPLICABILITY,
    "web:evidence-list": READ_STANDING,
    "web:evidence": READ_STANDING,
    "web:evidence-file": READ_STANDING,
    "web:statement-confirm": CONFIRM_STATEMENT,
    "web:statement-file": READ_STATEMENT,
    "web:targets": READ_STANDING,
    "web:target-withdraw": ALLOW_TARGET,
    "web:catalogue": READ_STANDING,
    "web:control": READ_STANDING,
    "web:log": READ_LOG,
    "web:applications": READ_REGISTER,
    "web:application-new": REGISTER_APPLICATION,
    "web:application-edit": REGISTER_APPLICATION,
    "web:application-review": RECORD_REVIEW,
    "web:application-retire": RETIRE_APPLICATION,
    "web:environment-new": REGISTER_ENVIRONMENT,
    "web:environment-edit": REGISTER_ENVIRONMENT,
    "web:customer-new": REGISTER_CUSTOMER,
    "web:kinds": READ_REGISTER,
    "web:kind-new": CLASSIFY_INFORMATION,
    "web:kind-edit": CLASSIFY_INFORMATION,
    "web:projects": READ_REGISTER,
    "web:project-new": REGISTER_PROJECT,
    "web:project-edit": REGISTER_PROJECT,
    "web:units": KEEP_UNITS,
    "web:unit-new": KEEP_UNITS,
    "web:unit-rename": KEEP_UNITS,
    "web:unit-retire": KEEP_UNITS,
    "web:assets": EXPORT_ASSETS,
    "web:assets-download": EXPORT_ASSETS,
    **endpoints.NEEDED,
}
"""The permission by which a view opens; None for the pages that ask for none."""

WHOLE: Final = frozenset(
    {
        "web:target-withdraw",
        "web:application-new",
        "web:customer-new",
        "web:kind-new",
        "web:kind-edit",
        "web:project-new",
        "web:units",
        "web:unit-new",
        "web:unit-rename",
        "web:unit-retire",
        "web:assets",
        "web:assets-download",
        *endpoints.WHOLE,
    }
)
"""Views of what belongs to no one application: a role for one thing only doesn't open these."""


class ViewUnlisted(Exception):
    """There is an address whose view has no line in NEEDED."""


class Rights:
    """Refuse a page to whoever may do nothing there. Stands after SignedIn, which lets nobody past but who is fully in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        refuse_unlisted()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Request, *_view: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        needed = NEEDED.get(name)
        if opens(request.actor, name) or _finds_out_itself(request, name):
            return None
        if needed is not None:
            _log_refusal(request.actor, name, needed)
        return error_page(request, 403)


def opens(by: Actor, name: str) -> bool:
    """Tell whether a view opens for someone who is in, here or for something within their scope."""
    if name not in NEEDED:
        return False
    needed = NEEDED[name]
    if needed is None:
        return True
    return may(by, needed) if name in WHOLE else holds(by, needed)


def holds(by: Actor, permission: Permission) -> bool:
    """Tell whether someone may do this, everywhere in their scope or for something in it."""
    try:
        reach(by, permission)
    except NotAllowed:
        return False
    return True


def reached(by: Actor, permission: Permission) -> frozenset[UUID] | None:
    """Return the applications for which the actor may do this, or None for all of their scope. Raises NotAllowed for nowhere."""
    return reach(by, permission).ids("application")


def refuse_unlisted() -> None:
    """Raise ViewUnlisted when a view has no line: a page nobody thought about stays shut, and says so at the start."""
    unlisted = sorted(set(view_names(get_resolver().url_patterns)) - NEEDED.keys())
    if unlisted:
        raise ViewUnlisted(", ".join(unlisted))


def view_names(patterns: Iterable[URLPattern | URLResolver], within: str = "") -> Iterator[str]:
    """Return the name of every view, with its namespace before it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            deeper = f"{within}{pattern.namespace}:" if pattern.namespace else within
            yield from view_names(pattern.url_patterns, deeper)
        else:
            yield f"{within}{pattern.name}"


def _finds_out_itself(request: Request, name: str) -> bool:
    """Tell whether nobody is known yet and an endpoint will ask for a token; its own reads and acts guard it then."""
    return name.startswith("api:") and name in NEEDED and request.actor.kind is ActorKind.ANONYMOUS


def _log_refusal(by: Actor, name: str, needed: Permission) -> None:
    record_refusal(
        "page.refused", by=by, now=clock.now(), action=Action.READ, objects=(), permission=needed, reason=name
    )
