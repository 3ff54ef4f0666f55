"""Addresses of the pages of the registers."""

from django.urls import path

from waarborg.doors.web.registers import applications, assets, environments, kinds, projects, units

urlpatterns = [
    path("register/applicaties", applications.applications, name="applications"),
    path("register/applicaties/nieuw", applications.application_new, name="application-new"),
    path("register/applicaties/<uuid:application_id>", applications.application_edit, name="application-edit"),
    path("register/applicaties/<uuid:application_id>/review", applications.review, name="application-review"),
    path("register/applicaties/<uuid:application_id>/uitfaseren", applications.retire, name="application-retire"),
    path("register/applicaties/<uuid:application_id>/omgevingen/nieuw", environments.new, name="environment-new"),
    path("register/omgevingen/<uuid:environment_id>", environments.edit, name="environment-edit"),
    path("register/klanten/nieuw", applications.customer_new, name="customer-new"),
    path("register/gegevens", kinds.kinds, name="kinds"),
    path("register/gegevens/nieuw", kinds.new, name="kind-new"),
    path("register/gegevens/<uuid:kind_id>", kinds.edit, name="kind-edit"),
    path("register/projecten", projects.projects, name="projects"),
    path("register/projecten/nieuw", projects.new, name="project-new"),
    path("register/projecten/<uuid:project_id>", projects.edit, name="project-edit"),
    path("register/afdelingen", units.units, name="units"),
    path("register/afdelingen/nieuw", units.new, name="unit-new"),
    path("register/afdelingen/<uuid:unit_id>/naam", units.rename, name="unit-rename"),
    path("register/afdelingen/<uuid:unit_id>/uitfaseren", units.retire, name="unit-retire"),
    path("register/assets", assets.assets, name="assets"),
    path("register/assets/assets.yaml", assets.download, name="assets-download"),
]
