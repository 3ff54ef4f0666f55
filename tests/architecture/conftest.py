"""Django's view of the code, for the rules about rows."""

import pytest
from django.apps import apps
from django.db import models


@pytest.fixture(scope="session")
def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("waarborg.")]
