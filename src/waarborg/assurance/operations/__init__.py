"""Measuring, stating, confirming, and deciding what applies."""

from waarborg.assurance.operations.deciding import allow_target, decide_applicability, withdraw_target
from waarborg.assurance.operations.measuring import measure_step, start_measuring
from waarborg.assurance.operations.stating import confirm_statement, state

__all__ = [
    "allow_target",
    "confirm_statement",
    "decide_applicability",
    "measure_step",
    "start_measuring",
    "state",
    "withdraw_target",
]
