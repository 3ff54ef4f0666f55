"""What the log's events are called, as a sentence without a subject: "registered an application"."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: Final[dict[str, Promise]] = {
    "accounts.bootstrap_started": _("made the tickets of the first two persons"),
    "accounts.factor_confirmed": _("set up a second factor"),
    "accounts.factor_shown": _("was shown a new second factor"),
    "accounts.language_set": _("chose a language"),
    "accounts.left": _("ended a person's access"),
    "accounts.logged_in": _("logged in with the second factor"),
    "accounts.logged_out": _("logged out"),
    "accounts.notice_acknowledged": _("acknowledged the confidentiality notice"),
    "accounts.password_proven": _("gave name and password"),
    "accounts.people_read": _("read the list of people"),
    "accounts.registered": _("registered"),
    "accounts.session_ended": _("was logged out by the clock"),
    "accounts.ticket_approved": _("approved a ticket"),
    "accounts.ticket_asked": _("asked for a ticket"),
    "accounts.ticket_withdrawn": _("withdrew a ticket"),
    "applicability.decided": _("decided whether a point applies"),
    "application.changed": _("changed an application"),
    "application.registered": _("registered an application"),
    "application.reinstated": _("took an application into use again"),
    "application.retired": _("retired an application"),
    "application.reviewed": _("recorded a security review"),
    "assets.exported": _("got the register as a file"),
    "assets.imported": _("read the register in from a file"),
    "assets.previewed": _("looked at what a file would change"),
    "customer.changed": _("changed a customer"),
    "customer.registered": _("registered a customer"),
    "environment.changed": _("changed an environment"),
    "environment.registered": _("registered an environment"),
    "evidence.kept": _("kept evidence"),
    "information_kind.changed": _("changed a kind of information"),
    "information_kind.registered": _("registered a kind of information"),
    "log.read": _("read the log"),
    "measuring.started": _("started a measurement"),
    "organisation.founded": _("founded the organisation"),
    "project.changed": _("changed a project"),
    "project.registered": _("registered a project"),
    "statement.confirmed": _("confirmed a statement"),
    "statement.file_read": _("read the file of a statement"),
    "statement.made": _("made a statement"),
    "statement.read": _("read a statement"),
    "statement.refused": _("refused a statement"),
    "target.allowed": _("let an address be measured"),
    "target.withdrawn": _("no longer lets an address be measured"),
    "page.refused": _("tried to open a page that their role doesn't open"),
    "unit.registered": _("registered a ward or a group of devices"),
    "unit.renamed": _("gave a ward or a group of devices another name"),
    "unit.retired": _("took a ward or a group of devices out of use"),
    "damaged": _("was damaged: it is no longer what was written"),
    "forgotten": _("was forgotten: its term has ended"),
}
ACTORS: Final[dict[str, Promise]] = {
    "anonymous": _("someone not logged in"),
    "schedule": _("Waarborg itself"),
    "service": _("the server's command line"),
    "person": _("someone"),
}
KINDS: Final[dict[str, Promise]] = {
    "application": _("application"),
    "assets": _("register file"),
    "customer": _("customer"),
    "environment": _("environment"),
    "evidence": _("evidence"),
    "information_kind": _("kind of information"),
    "installation": _("Waarborg"),
    "organisation": _("organisation"),
    "person": _("person"),
    "project": _("project"),
    "session": _("session"),
    "statement": _("statement"),
    "device_group": _("group of devices"),
    "ward": _("ward"),
    "target": _("address to measure"),
    "ticket": _("ticket"),
}


def told(event: str) -> str:
    """The reader's words for an event; one without words is shown by its code, never hidden."""
    return str(EVENTS.get(event, event))


def thing(kind: str) -> str:
    """The reader's word for what an entry is about."""
    return str(KINDS.get(kind, kind))


def called(kind: str) -> str:
    """The reader's word for who isn't a person by name."""
    return str(ACTORS.get(kind, kind))
