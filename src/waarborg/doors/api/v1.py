"""The API: read how applications stand, keep the registers, measure, state, and let people in. Described by /api/v1/openapi.json.

A system uses it with a bound token or a client certificate. Whoever is signed in with both factors may use it as well, with the rights
of their roles; what changes something then needs the CSRF token of that session, and what is grave a second factor of just now.
"""

from typing import Any

from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext

from waarborg.doors.api import (
    applications,
    assets,
    environments,
    evidence,
    people,
    projects,
    registers,
    registrations,
    roles,
    statements,
)
from waarborg.doors.api.auth import AUTH
from waarborg.doors.api.bodies import OnePlainValue
from waarborg.doors.api.problems import install
from waarborg.doors.api.wording import worded


class Api(NinjaAPI):
    """Says of a body what is wrong with it in the words of the pages."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        return ValidationError([each for context in error_contexts for each in worded(context)])


api = Api(
    title="Waarborg",
    version="1",
    description=__doc__ or "",
    auth=AUTH,
    docs_url=None,
    urls_namespace="api",
    parser=OnePlainValue(),
)
install(api)
for part in (
    applications,
    environments,
    evidence,
    statements,
    registers,
    projects,
    assets,
    people,
    registrations,
    roles,
):
    api.add_router("", part.router)
