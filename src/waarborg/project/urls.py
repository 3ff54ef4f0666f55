"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("waarborg.doors.web.urls"))]

handler400 = "waarborg.doors.web.errors.bad_request"
handler403 = "waarborg.doors.web.errors.refused"
handler404 = "waarborg.doors.web.errors.not_found"
handler500 = "waarborg.doors.web.errors.crashed"
