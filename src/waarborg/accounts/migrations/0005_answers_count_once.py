from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_only_registrations")]

    operations = [
        migrations.CreateModel(
            name="CountedAnswer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("scope", models.UUIDField()),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("until", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
    ]
