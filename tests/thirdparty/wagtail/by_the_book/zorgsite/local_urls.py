"""The site's own addresses, and before them the file for who finds a weakness."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path
from zorgsite.urls import urlpatterns as those_of_the_site


def security_txt(request: HttpRequest) -> HttpResponse:
    expires = datetime.now(UTC) + timedelta(days=180)
    lines = ["Contact: mailto:security@zorgsite.nl", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


urlpatterns = [path(".well-known/security.txt", security_txt), *those_of_the_site]
