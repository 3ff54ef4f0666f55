"""Addresses of the pages, by domain. Paths are Dutch, names English."""

from django.urls import URLPattern, URLResolver, include, path

from waarborg.doors.web.board import board
from waarborg.doors.web.disclosure import security_txt

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("bord/", board, name="board"),
    path("", include("waarborg.doors.web.accounts.urls")),
    path("", include("waarborg.doors.web.accounts.machine_urls")),
    path("", include("waarborg.doors.web.assurance.urls")),
    path("", include("waarborg.doors.web.audit.urls")),
    path("", include("waarborg.doors.web.registers.urls")),
]
