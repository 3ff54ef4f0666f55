"""Foreign keys follow the order of the layers, for a row that points upward couples what the imports keep apart."""

import pytest
from django.db import models
from tests.architecture.order import may_reach
from tests.architecture.reviewed import unexcused

ON_THEIR_OWN = {"audit"}
"""The log points at nothing but itself: it never interferes with live data, nor live data with the log."""


def layer(model: type[models.Model]) -> str:
    """Return `patients` for a model of waarborg.patients, and the package's name for someone else's."""
    own, *rest = model.__module__.split(".")
    return rest[0] if own == "waarborg" else own


def pointing_wrongly(relations: list[tuple[str, str, str]]) -> set[str]:
    """Return the relations (name, layer of the row, layer it points to) that don't go to their own or a lower layer."""
    return {
        f"{name}: {source} -> {target}"
        for name, source, target in relations
        if not may_reach(target, source) or (source in ON_THEIR_OWN and source != target)
    }


def relations(own_models: list[type[models.Model]]) -> list[tuple[str, str, str]]:
    return [
        (f"{model._meta.label}.{field.name}", layer(model), layer(field.related_model))
        for model in own_models
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if isinstance(field.related_model, type)
    ]


def test_foreign_keys_go_to_their_own_or_a_lower_domain(own_models: list[type[models.Model]]) -> None:
    assert own_models
    assert unexcused(pointing_wrongly(relations(own_models)), "foreign_keys") == []


@pytest.mark.parametrize(
    ("source", "target"),
    [("registers", "telemetry"), ("telemetry", "network"), ("registers", "patients"), ("audit", "kernel")],
)
def test_a_key_that_goes_up_or_sideways_or_leaves_the_log_is_a_breach(source: str, target: str) -> None:
    assert pointing_wrongly([("Row.field", source, target)]) == {f"Row.field: {source} -> {target}"}


@pytest.mark.parametrize(
    ("source", "target"), [("telemetry", "registers"), ("telemetry", "telemetry"), ("audit", "audit")]
)
def test_a_key_that_goes_down_or_stays_home_is_allowed(source: str, target: str) -> None:
    assert pointing_wrongly([("Row.field", source, target)]) == set()
