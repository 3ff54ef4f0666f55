"""/.well-known/security.txt (RFC 9116): who to tell about a weakness in this Waarborg."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Give the contact that the installation set; without one there is no such file, and nothing is made up."""
    said = settings.WAARBORG.disclosure
    if not said.contact or said.expires is None:
        raise Http404
    lines = [
        f"Contact: {said.contact}",
        f"Expires: {said.expires.isoformat()}",
        "Preferred-Languages: nl, en",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
