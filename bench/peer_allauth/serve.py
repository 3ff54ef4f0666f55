"""Make the tables and one person, and serve, with the web server and the threads that Waarborg has."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command

call_command("migrate", verbosity=0)
get_user_model().objects.create_user("sam", password="kaneel vlieger 7 trapveld")  # noqa: S106 - an invented person
gunicorn = [
    sys.executable,
    "-m",
    "gunicorn",
    "--chdir",
    str(Path(__file__).parent),
    "--threads",
    "8",
    "--worker-class",
    "gthread",
]
os.execv(sys.executable, [*gunicorn, "--bind", f"127.0.0.1:{sys.argv[1]}", "django.core.wsgi:get_wsgi_application()"])
