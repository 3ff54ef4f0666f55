from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "waarborg.doors.web"
    label = "web"
