"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

from waarborg.doors.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("waarborg.doors.web.urls")),
    path("api/v1/", api.urls),
]

handler400 = "waarborg.doors.web.errors.bad_request"
handler403 = "waarborg.doors.web.errors.refused"
handler404 = "waarborg.doors.web.errors.not_found"
handler500 = "waarborg.doors.web.errors.crashed"
