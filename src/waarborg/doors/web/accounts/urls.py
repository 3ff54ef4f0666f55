"""Addresses of the way in and of the people who have it."""

from django.urls import path

from waarborg.doors.web.accounts import people, registering, views

urlpatterns = [
    path("inloggen/", views.log_in_page, name="log-in"),
    path("tweede-factor/", views.factor_page, name="factor"),
    path("vertrouwelijkheid/", views.notice_page, name="notice"),
    path("wachten/", views.waiting_page, name="waiting"),
    path("verlopen/", views.lapsed_page, name="lapsed"),
    path("uitloggen/", views.log_out_page, name="log-out"),
    path("taal/", views.language_page, name="language"),
    path("registreren/", registering.register_page, name="register"),
    path("factor-instellen/", registering.enrol_page, name="enrol"),
    path("personen/", people.people_page, name="people"),
    path("personen/<uuid:person_id>/vertrek/", people.person_leave, name="person-leave"),
    path("personen/toegangsbewijzen/", people.ticket_ask, name="ticket-ask"),
    path("personen/toegangsbewijzen/<uuid:ticket_id>/goedkeuren/", people.ticket_approve, name="ticket-approve"),
    path("personen/toegangsbewijzen/<uuid:ticket_id>/intrekken/", people.ticket_withdraw, name="ticket-withdraw"),
]
