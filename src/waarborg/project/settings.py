"""Django's settings, all from `config`; nothing is decided here that an installation may want to decide."""

import os
import secrets
from pathlib import Path

from waarborg.kernel import rootkey
from waarborg.project.config import Config, load
from waarborg.project.databases import data_dir, databases


def _expanded(config: Config) -> Config:
    keys = config.keys
    here = keys.model_copy(
        update={
            "root_key_file": keys.root_key_file.expanduser(),
            "high_water_file": keys.high_water_file.expanduser(),
        }
    )
    return config.model_copy(update={"keys": here, "data_dir": data_dir(config)})


def _secret_key(config: Config) -> str:
    """Derive Django's secret from the root key; before `init` a random one serves the process."""
    try:
        return rootkey.derive(rootkey.load(config.keys.root_key_file), "waarborg/django").hex()
    except rootkey.RootKeyMissing:
        return secrets.token_hex(32)


WAARBORG = _expanded(load())
SECRET_KEY = _secret_key(WAARBORG)
DEBUG = False
ALLOWED_HOSTS = list(WAARBORG.web.hosts)
ROOT_URLCONF = "waarborg.project.urls"
WSGI_APPLICATION = "waarborg.project.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "waarborg.kernel",
    "waarborg.kernel.keys",
    "waarborg.audit",
    "waarborg.accounts",
    "waarborg.registers",
    "waarborg.assurance",
    "waarborg.doors.web",
    "waarborg.project",
]
MIDDLEWARE = [
    "waarborg.doors.web.middleware.SecurityHeaders",
    "waarborg.doors.api.problems.Problems",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "waarborg.doors.web.certificates.ClientCertificate",
    "waarborg.doors.web.middleware.TrustedProxy",
    "waarborg.doors.web.middleware.SignedIn",
    "waarborg.doors.api.machines.Machines",
    "waarborg.doors.web.rights.Rights",
    "waarborg.doors.web.middleware.Language",
    "waarborg.doors.web.middleware.Bounded",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "waarborg.doors.web.accounts.confirming.ProvenAgain",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "waarborg.doors.web.context.page",
            ]
        },
    }
]

DATABASES = databases(WAARBORG, as_owner=os.environ.get("WAARBORG_AS_OWNER") == "1")
DATABASE_ROUTERS = ["waarborg.project.databases.KeysApart"]
MIGRATION_MODULES = {"kernel_keys": "waarborg.kernel.keys.migrations"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "waarborg.doors.web.statics.Storage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SECURE_COOKIES = not WAARBORG.demo
CSRF_COOKIE_NAME = "__Host-waarborg-csrf" if SECURE_COOKIES else "waarborg-csrf"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
"""Only the cookie of messages takes these; sessions are accounts' own."""
CSRF_FAILURE_VIEW = "waarborg.doors.web.errors.csrf_refused"
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
SECURE_PROXY_SSL_HEADER = None
LOGGING_CONFIG = None
