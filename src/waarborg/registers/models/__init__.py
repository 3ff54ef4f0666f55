"""Rows of the registers."""

from waarborg.registers.models.applications import Application, ApplicationInformation, Environment, InformationKind
from waarborg.registers.models.assets import AssetsDocument
from waarborg.registers.models.organisations import Customer, Organisation
from waarborg.registers.models.projects import Project, ProjectApplication
from waarborg.registers.models.units import Unit

__all__ = [
    "Application",
    "ApplicationInformation",
    "AssetsDocument",
    "Customer",
    "Environment",
    "InformationKind",
    "Organisation",
    "Project",
    "ProjectApplication",
    "Unit",
]
