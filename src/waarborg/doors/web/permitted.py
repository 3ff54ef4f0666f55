"""Roles and permissions in words: what each is for, and why two of them don't go together."""

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from waarborg.accounts.operations import NARROWED_TO, Clash, Conflict
from waarborg.accounts.values import Role
from waarborg.doors.web.words import word_for

DOES: Final[dict[Role, Promise]] = {
    Role.ADMINISTRATOR: _("Lets people and systems in and out. Opens no evidence and measures nothing."),
    Role.SECURITY_OFFICER: _("Approves who comes in, measures, confirms statements and reads the log."),
    Role.PRIVACY_OFFICER: _("Sees who has access and judges every emergency access afterwards. Changes nothing."),
    Role.LOG_ADMINISTRATOR: _("Reads the log, and nothing that the log is about."),
    Role.BOARD_MEMBER: _("Sees how the applications stand and what each role may."),
    Role.AUDITOR: _("Reads everything that proves something. Changes nothing."),
    Role.TEAM_MANAGER: _("Asks access for colleagues of the team, sees their documents and ends their roles."),
    Role.CARE_PROFESSIONAL: _("Sees the board, and opens what is closed in an emergency."),
    Role.DEVICE_MANAGER: _("Sees the applications and devices, and how they stand."),
    Role.DEVOPS_LEAD: _("Keeps the register of applications, measures them and makes statements."),
    Role.DEVELOPER: _("Measures applications and makes statements for another to confirm."),
}
"""One plain sentence for each role."""

WHY: Final[dict[Conflict, Promise]] = {
    Conflict.APPROVES_OWN: _("Then one person could both ask and approve: that is one pair of eyes."),
    Conflict.JUDGES_OWN_WORK: _("An auditor would judge their own work."),
    Conflict.COVERS_TRACKS: _("Then someone would keep the log of what they do themselves."),
    Conflict.NOT_INDEPENDENT: _("A privacy officer decides nothing about what they watch over (GDPR, article 38)."),
}
PLACES: Final[dict[str, Promise]] = {
    "": _("the whole institution"),
    "ward": _("a ward"),
    "device_group": _("a group of devices"),
    "application": _("an application"),
}
DOMAINS: Final[dict[str, Promise]] = {
    "accounts": _("People and access"),
    "registers": _("Registers"),
    "assurance": _("Proof"),
    "audit": _("Log"),
}
"""The parts of the matrix, in its order."""

PERMISSIONS: Final[dict[str, Promise]] = {
    "accounts.own_session": _("Log out and choose a language"),
    "accounts.join": _("Use a code of another institution for one's own account"),
    "accounts.own_factors": _("Change one's own password and second factor"),
    "accounts.delegate": _("Ask a colleague to stand in"),
    "accounts.read_people": _("See who has access"),
    "accounts.request_registration": _("Ask access for someone"),
    "accounts.identify": _("Establish someone's identity"),
    "accounts.approve_registration": _("Approve what another asked"),
    "accounts.withdraw_registration": _("Withdraw a request"),
    "accounts.review_rights": _("Say whether a role is still needed"),
    "accounts.end_role": _("End one role of someone"),
    "accounts.off_board": _("End all access of someone"),
    "accounts.ask_recovery": _("Help someone who lost their factor or password"),
    "accounts.approve_recovery": _("Approve such help"),
    "accounts.read_roles": _("See what each role may"),
    "accounts.read_services": _("See the accounts of systems"),
    "accounts.keep_services": _("Keep the accounts of systems and wall screens"),
    "accounts.approve_service": _("Approve the account of a system"),
    "accounts.view_board": _("See the board of a wall screen"),
    "accounts.break_glass": _("Open what is closed, in an emergency"),
    "accounts.review_emergencies": _("Judge emergency access afterwards"),
    "accounts.register": _("Register with a code"),
    "accounts.log_in": _("Log in"),
    "accounts.acknowledge_notice": _("Read the notice of confidentiality"),
    "accounts.end_sessions": _("End sessions by the clock"),
    "accounts.bootstrap": _("Let the first two persons in"),
    "registers.read_register": _("See the registers"),
    "registers.register_application": _("Register and change an application"),
    "registers.retire_application": _("Take an application out of use"),
    "registers.register_environment": _("Register an environment"),
    "registers.register_project": _("Register a project"),
    "registers.register_customer": _("Register a customer"),
    "registers.classify_information": _("Classify kinds of information"),
    "registers.record_review": _("Record a security review"),
    "registers.export_assets": _("Get the register as a file"),
    "registers.import_assets": _("Read the register in from a file"),
    "registers.keep_units": _("Name wards and groups of devices"),
    "registers.found_organisation": _("Found the institution"),
    "assurance.read_standing": _("See how applications stand, and on what evidence"),
    "assurance.measure": _("Measure"),
    "assurance.allow_target": _("Let an address be measured"),
    "assurance.decide_applicability": _("Decide whether a point applies"),
    "assurance.state": _("Make a statement"),
    "assurance.confirm_statement": _("Confirm another's statement"),
    "assurance.read_statement": _("Read statements"),
    "assurance.keep_evidence": _("Keep evidence"),
    "audit.read_log": _("Read the log"),
}
"""What each permission lets someone do, in the order of the matrix."""


def permission_word(name: str) -> str:
    """The reader's words for a permission; one without words is shown by its name, never hidden."""
    return str(PERMISSIONS.get(name, name))


def fits(role: Role) -> str:
    """What a role can be held for: everything, or one kind of thing as well."""
    narrow = NARROWED_TO.get(role)
    whole = str(PLACES[""])
    return _now("{whole}, or {narrow} alone").format(whole=whole, narrow=PLACES[narrow]) if narrow else whole


def clash_sentences(clashes: Iterable[Clash]) -> list[str]:
    """One sentence for each role that stands in the way."""
    return [
        _now("{held} and {asked} don't go together in one person. {why}").format(
            held=word_for(each.held), asked=word_for(each.asked), why=WHY[each.why]
        )
        for each in clashes
    ]
