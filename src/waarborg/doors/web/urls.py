"""Addresses of the pages, by domain. Paths are Dutch, names English."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("waarborg.doors.web.accounts.urls")),
    path("", include("waarborg.doors.web.assurance.urls")),
    path("", include("waarborg.doors.web.audit.urls")),
    path("", include("waarborg.doors.web.registers.urls")),
]
