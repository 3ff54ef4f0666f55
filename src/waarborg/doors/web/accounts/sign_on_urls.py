"""Addresses of signing on elsewhere. The last three are what an institution writes down at its provider, so they stay."""

from django.urls import path

from waarborg.doors.web.accounts import saml, sign_on

urlpatterns = [
    path("aanmelden/<slug:provider>/", sign_on.sign_on_page, name="sign-on"),
    path("aanmelden/<slug:provider>/koppelen/", sign_on.sign_on_link, name="sign-on-link"),
    path("aanmelden/koppeling/<uuid:link_id>/ontkoppelen/", sign_on.sign_on_unlink, name="sign-on-unlink"),
    path("aanmelden/<slug:provider>/identiteit/", sign_on.sign_on_identify, name="sign-on-identify"),
    path("aanmelden/<slug:provider>/terug/", sign_on.sign_on_back, name="sign-on-back"),
    path("aanmelden/<slug:provider>/antwoord/", saml.sign_on_answer, name="sign-on-answer"),
    path("aanmelden/<slug:provider>/metagegevens/", saml.sign_on_metadata, name="sign-on-metadata"),
]
