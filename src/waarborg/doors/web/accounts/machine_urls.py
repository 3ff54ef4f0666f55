"""Addresses of systems and wall screens."""

from django.urls import path

from waarborg.doors.web.accounts import machines

urlpatterns = [
    path("systemen/", machines.machines_page, name="machines"),
    path("systemen/nieuw/", machines.machine_new, name="machine-new"),
    path("systemen/<uuid:machine_id>/goedkeuren/", machines.machine_approve, name="machine-approve"),
    path("systemen/<uuid:machine_id>/beeindigen/", machines.machine_end, name="machine-end"),
    path("systemen/<uuid:machine_id>/eigenaar/", machines.machine_owner, name="machine-owner"),
    path("systemen/<uuid:machine_id>/token/", machines.machine_token, name="machine-token"),
    path("systemen/<uuid:machine_id>/certificaat/", machines.machine_certificate, name="machine-certificate"),
    path("systemen/bewijzen/<uuid:credential_id>/intrekken/", machines.credential_revoke, name="credential-revoke"),
]
