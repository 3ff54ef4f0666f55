"""Read by `manage.py shell`: an editor with an authenticator app, whose secrets the tests made."""

import os

from django.contrib.auth import get_user_model
from django_otp.plugins.otp_totp.models import TOTPDevice

editor = get_user_model().objects.create_superuser(
    os.environ["PEER_LOGIN"], "redactie@zorgsite.nl", os.environ["PEER_PASSWORD"]
)
TOTPDevice.objects.create(user=editor, name="telefoon", key=os.environ["PEER_TOTP_KEY"], confirmed=True)
