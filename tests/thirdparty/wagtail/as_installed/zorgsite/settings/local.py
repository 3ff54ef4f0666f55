"""What `wagtail start` leaves to its reader before a site answers at all, and nothing more."""

import os

SECRET_KEY = os.environ["PEER_SECRET_KEY"]
ALLOWED_HOSTS = ["localhost"]
# Saves collecting the static files, which nobody asks for here.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
