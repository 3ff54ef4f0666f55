"""Take along who came in with a ticket. No identity was established then: that is to be done within thirty days."""

from datetime import timedelta

from django.db import migrations
from django.db.models import F

from waarborg.kernel import clock
from waarborg.kernel.keyring import seal_text, unseal_text
from waarborg.kernel.sealing import Place

IDENTIFIED_WITHIN = timedelta(days=30)
SAME = (
    "id", "scope", "code", "role", "founding", "made_by", "made_at", "expires_at", "approved_by", "approved_at",
    "used_at", "withdrawn_at",
)


def take_along(apps, editor):
    now = clock.now()
    registration = apps.get_model("accounts", "Registration")
    for ticket in apps.get_model("accounts", "Ticket").objects.all():
        row = registration(**{name: getattr(ticket, name) for name in SAME})
        row.kind = "new" if ticket.founding else "earlier"
        row.person_id = ticket.used_by_id
        label = unseal_text(ticket.label, Place(ticket.scope, "ticket.label", ticket.pk))
        row.label = seal_text(label, Place(ticket.scope, "registration.label", ticket.pk))
        if not ticket.founding and ticket.used_at is None and ticket.withdrawn_at is None:
            row.withdrawn_at = now  # approved without an identity, it may not let anyone in any more
        row.save(force_insert=True)
    apps.get_model("accounts", "Person").objects.update(verify_before=now + IDENTIFIED_WITHIN)
    held = apps.get_model("accounts", "RoleHeld").objects
    held.update(confirmed_at=F("at"))
    for row in registration.objects.exclude(person=None):
        held.filter(person=row.person_id, scope=row.scope, role=row.role).update(registration=row)


class Migration(migrations.Migration):

    dependencies = [("accounts", "0002_identified_and_approved")]

    operations = [migrations.RunPython(take_along, migrations.RunPython.noop)]
