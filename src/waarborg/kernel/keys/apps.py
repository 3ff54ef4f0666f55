from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "waarborg.kernel.keys"
    label = "kernel_keys"
    default_auto_field = "django.db.models.BigAutoField"
