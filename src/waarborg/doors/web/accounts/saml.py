"""What a provider that speaks SAML asks for: where its answers go, and who we are."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from waarborg.accounts.operations import ProviderUnknown, SignOnRefused, receive_answer
from waarborg.accounts.queries.metadata import saml_metadata
from waarborg.doors.web.requests import Request, nobody
from waarborg.kernel import clock


# Another site posts here, so there is no token of ours in it. What it brings counts only in the browser that asked, a page further on.
@csrf_exempt
@require_POST
def sign_on_answer(request: Request, provider: str) -> HttpResponse:
    """Take the answer, and send the browser on to where its own cookies come along. Lets nobody in, and sets no cookie.

    Also when it proves nothing: a page of ours would put a new token over the one that forms in other windows hold.
    """
    try:
        brought = receive_answer(provider, request.POST.dict(), by=nobody(request), now=clock.now())
    except ProviderUnknown as error:
        raise Http404 from error
    except SignOnRefused:
        brought = {}
    back = f"{reverse('web:sign-on-back', args=[provider])}?{urlencode(brought)}"
    return HttpResponseRedirect(back, status=HTTPStatus.SEE_OTHER)


@require_safe
def sign_on_metadata(request: Request, provider: str) -> HttpResponse:  # noqa: ARG001 - the same for whoever asks
    try:
        said = saml_metadata(provider)
    except ProviderUnknown as error:
        raise Http404 from error
    return HttpResponse(said, content_type="application/samlmetadata+xml")
