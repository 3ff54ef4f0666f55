"""Addresses of the pages of assurance."""

from django.urls import path

from waarborg.doors.web.assurance import applications, catalogue, deciding, evidence, home, measuring, stated, targets

urlpatterns = [
    path("", home.home, name="home"),
    path("applicaties/<uuid:application_id>", applications.application, name="application"),
    path("applicaties/<uuid:application_id>/meten", measuring.measure, name="measure"),
    path("applicaties/<uuid:application_id>/<str:control_id>/verklaren", deciding.statement, name="statement"),
    path(
        "applicaties/<uuid:application_id>/<str:control_id>/van-toepassing",
        deciding.applicability,
        name="applicability",
    ),
    path("metingen/<uuid:run_id>", measuring.measuring, name="measuring"),
    path("bewijs", evidence.evidence_list, name="evidence-list"),
    path("bewijs/<uuid:evidence_id>", evidence.evidence, name="evidence"),
    path("bewijs/<uuid:evidence_id>/bestand", evidence.evidence_file, name="evidence-file"),
    path("verklaringen/<uuid:statement_id>/bevestigen", deciding.statement_confirm, name="statement-confirm"),
    path("meetadressen", targets.target_list, name="targets"),
    path("meetadressen/<uuid:target_id>/intrekken", targets.target_withdraw, name="target-withdraw"),
    path("verklaringen/<uuid:statement_id>/bestand", stated.statement_file, name="statement-file"),
    path("catalogus", catalogue.catalogue, name="catalogue"),
    path("catalogus/<str:control_id>", catalogue.control, name="control"),
]
