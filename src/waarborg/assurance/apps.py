from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "waarborg.assurance"
    label = "assurance"
    default_auto_field = "django.db.models.BigAutoField"
