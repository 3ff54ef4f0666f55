from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "waarborg.project"
    label = "project"

    def ready(self) -> None:
        """Put the parts together once all of them are loaded."""
        from waarborg.project.wiring import connect  # noqa: PLC0415 - the parts exist only now

        connect()
