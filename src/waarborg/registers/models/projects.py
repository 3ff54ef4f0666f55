"""Work on applications."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from waarborg.registers.models.applications import Application
from waarborg.registers.models.keeping import Versioned, named
from waarborg.registers.models.organisations import Customer
from waarborg.registers.values.faults import ProjectUnknown
from waarborg.registers.values.text import KEY, LINE


class Project(Versioned):
    """Work on applications for one customer, from kick-off to delivery."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    key = models.CharField(max_length=KEY)
    name = models.CharField(max_length=LINE)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="projects")
    applications = models.ManyToManyField(Application, through="ProjectApplication", related_name="projects")
    started_on = models.DateField()
    delivered_on = models.DateField(null=True)
    devops_lead = models.UUIDField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {}
    missing = ProjectUnknown

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="project_key_once"),
            named("project"),
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True) | Q(delivered_on__gte=F("started_on")),
                name="delivered_after_the_start",
            ),
        ]


class ProjectApplication(models.Model):
    """One application that one project works on."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "application"], name="a_project_names_it_once")]
