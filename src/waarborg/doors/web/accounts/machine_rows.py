"""Systems and wall screens in the words in which their page shows them."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from waarborg.accounts.permissions import APPROVE_SERVICE, KEEP_SERVICES
from waarborg.accounts.values.machines import CredentialKind, CredentialLine, MachineKind, MachineLine, MachineState
from waarborg.doors.web.accounts.places import Places
from waarborg.kernel.actor import Actor, may

KINDS: Final[dict[MachineKind, Promise]] = {MachineKind.SYSTEM: _("System"), MachineKind.STATION: _("Wall screen")}
STATES: Final[dict[MachineState, tuple[str, Promise]]] = {
    MachineState.ASKED: ("unknown", _("waits for approval")),
    MachineState.LIVING: ("proven", _("has access")),
    MachineState.OWNERLESS: ("not_proven", _("no access: nobody answers for it")),
    MachineState.EXPIRED: ("not_applicable", _("expired")),
    MachineState.ENDED: ("not_applicable", _("ended")),
}
CREDENTIALS: Final[dict[CredentialKind, Promise]] = {
    CredentialKind.TOKEN: _("Token"),
    CredentialKind.CERTIFICATE: _("Certificate"),
}


def machine_row(line: MachineLine, places: Places, by: Actor) -> dict[str, Any]:
    mark, state = STATES[line.state]
    keeps, over = may(by, KEEP_SERVICES), line.state in {MachineState.EXPIRED, MachineState.ENDED}
    return {
        "id": line.id,
        "name": line.name,
        "kind": KINDS[line.kind],
        "within": places.name(line.within),
        "owner": line.owner,
        "asked_by": line.asked_by,
        "approved_by": line.approved_by,
        "ends_at": line.ends_at,
        "over": over,
        "mark": mark,
        "state": state,
        "may_approve": line.may_approve and may(by, APPROVE_SERVICE),
        "waits": line.state is MachineState.ASKED,
        "may_give": keeps and line.state is MachineState.LIVING,
        "may_end": keeps and line.state is not MachineState.ENDED,
        "nothing_to_show": line.state is MachineState.LIVING and not any(each.lives for each in line.credentials),
        "credentials": [_credential_row(each, keeps=keeps) for each in line.credentials],
    }


def _credential_row(line: CredentialLine, *, keeps: bool) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": CREDENTIALS[line.kind],
        "hint": line.hint,
        "addresses": line.addresses,
        "wants_certificate": line.wants_certificate,
        "expires_at": line.expires_at,
        "last_used_at": line.last_used_at,
        "lives": line.lives,
        "may_revoke": keeps and line.lives,
    }
