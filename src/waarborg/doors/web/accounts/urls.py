"""Addresses of the way in and of the people who have it."""

from django.urls import path

from waarborg.doors.web.accounts import own_urls, people_urls, registering, sign_on_urls, views

urlpatterns = [
    path("inloggen/", views.log_in_page, name="log-in"),
    path("vertrouwelijkheid/", views.notice_page, name="notice"),
    path("wachten/", views.waiting_page, name="waiting"),
    path("verlopen/", views.lapsed_page, name="lapsed"),
    path("uitloggen/", views.log_out_page, name="log-out"),
    path("taal/", views.language_page, name="language"),
    path("registreren/", registering.register_page, name="register"),
    path("factor-instellen/", registering.enrol_page, name="enrol"),
    path("factor-instellen/passkey/", registering.enrol_passkey, name="enrol-passkey"),
    *own_urls.urlpatterns,
    *people_urls.urlpatterns,
    *sign_on_urls.urlpatterns,
]
