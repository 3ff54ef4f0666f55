"""Django's deployment checklist, Wagtail's advice on a content policy, and the installation of wagtail-2fa."""

import os

from zorgsite.settings.base import INSTALLED_APPS, MIDDLEWARE

SECRET_KEY = os.environ["PEER_SECRET_KEY"]
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "zorgsite.local_urls"

SECURE_SSL_REDIRECT = True
SECURE_SSL_HOST = os.environ["PEER_HOST"]
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# The admin's scripts are files; some of its styles and icons stand in the page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'self'"],
    }
}

INSTALLED_APPS = ["wagtail_2fa", "django_otp", "django_otp.plugins.otp_totp", *INSTALLED_APPS]
# The security middleware first, static files after it, the second factor after who it is.
MIDDLEWARE = [
    MIDDLEWARE[0],
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    *MIDDLEWARE[1:],
    "wagtail_2fa.middleware.VerifyUserMiddleware",
]
WAGTAIL_2FA_REQUIRED = True

WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
