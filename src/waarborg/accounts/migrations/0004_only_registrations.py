from django.db import migrations

from waarborg.kernel.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_tickets_become_registrations")]

    operations = [
        migrations.DeleteModel(name="Ticket"),
        append_only("accounts_identity"),
        append_only("accounts_rightsreview"),
        append_only("accounts_boundcertificate"),
    ]
