"""Factories: whole, believable things to test with, made by the same acts as the real ones."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from waarborg.kernel.actor import Actor
from waarborg.registers.operations.applications import register_application
from waarborg.registers.operations.environments import register_environment
from waarborg.registers.operations.information import register_information_kind
from waarborg.registers.operations.organisations import register_customer
from waarborg.registers.operations.projects import register_project
from waarborg.registers.values.inputs import NewApplication, NewCustomer, NewEnvironment, NewKind, NewProject

CUSTOMER = {"key": "thuiszorg-het-veer", "name": "Thuiszorg Het Veer"}
ALARMS = {
    "key": "alarmmeldingen",
    "name": "Alarmmeldingen",
    "availability": 3,
    "integrity": 3,
    "confidentiality": 3,
    "personal_health": True,
}
APPLICATION = {
    "key": "meldkamer-thuis",
    "name": "Meldkamer Thuis",
    "customer": "thuiszorg-het-veer",
    "kind": "web",
    "purpose": "Alarmen van cliënten thuis aannemen en opvolgen.",
    "harm": "lasting_harm",
    "harm_explained": "Een alarm van een cliënt thuis blijft onbeantwoord.",
}
PRODUCTION = {"kind": "production", "url": "https://meldkamer.example/", "holds_real_data": True}
PROJECT = {
    "key": "meldkamer-3-8",
    "name": "Meldkamer 3.8",
    "customer": "thuiszorg-het-veer",
    "started_on": date(2026, 9, 1),
}


def new_application(**changed: Any) -> NewApplication:
    return NewApplication.model_validate(APPLICATION | changed)


def a_customer(*, by: Actor, now: datetime, **changed: Any) -> UUID:
    return register_customer(NewCustomer.model_validate(CUSTOMER | changed), by=by, now=now)


def a_kind(*, by: Actor, now: datetime, **changed: Any) -> UUID:
    return register_information_kind(NewKind.model_validate(ALARMS | changed), by=by, now=now)


def an_application(*, by: Actor, now: datetime, **changed: Any) -> UUID:
    """Register an application; its customer and kinds of information have to be there."""
    return register_application(new_application(**changed), by=by, now=now)


def an_environment(application: UUID, *, by: Actor, now: datetime, **changed: Any) -> UUID:
    return register_environment(application, NewEnvironment.model_validate(PRODUCTION | changed), by=by, now=now)


def a_project(*, by: Actor, now: datetime, **changed: Any) -> UUID:
    return register_project(NewProject.model_validate(PROJECT | changed), by=by, now=now)
