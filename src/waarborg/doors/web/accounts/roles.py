"""What each role may, as a picture with words: for whoever has to judge it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from waarborg.accounts.operations import CONFLICTS
from waarborg.accounts.permissions import READ_ROLES
from waarborg.accounts.values import Role
from waarborg.doors.web.permitted import DOES, DOMAINS, PERMISSIONS, WHY, fits, permission_word
from waarborg.doors.web.requests import Request
from waarborg.doors.web.words import word_for
from waarborg.kernel.actor import Permission, reach, role_table
from waarborg.kernel.canonical import digest

SYSTEMS: Final = ("integration", "station", "schedule", "console", "anonymous")
"""Who isn't a person with a role: systems, wall screens, what happens by itself, the server's console, the way in."""
Table = Mapping[str, frozenset[Permission]]


@require_safe
def roles_page(request: Request) -> HttpResponse:
    """Show the table that is in force, with the digest by which it is compared with the reviewed one."""
    reach(request.actor, READ_ROLES)
    installed = role_table()
    context = {
        "version": installed.version,
        "digest": digest({role: sorted(each.name for each in may) for role, may in installed.permissions.items()}),
        "people": _matrix(installed.permissions, tuple(Role)),
        "systems": _matrix(installed.permissions, SYSTEMS),
        "roles": [_role(role, installed.permissions) for role in Role],
        "conflicts": list(_conflicts()),
    }
    return render(request, "waarborg/accounts/roles.html", context)


def _matrix(table: Table, roles: tuple[str, ...]) -> dict[str, Any]:
    given = {each for role in roles for each in table.get(role, frozenset())}
    return {"roles": [word_for(role) for role in roles], "groups": list(_groups(table, roles, given))}


def _groups(table: Table, roles: tuple[str, ...], given: set[Permission]) -> Iterator[dict[str, Any]]:
    """Yield the permissions of each domain that any of these roles has, in their fixed order; new ones at the end."""
    order = list(PERMISSIONS)
    ordered = sorted(given, key=lambda each: (order.index(each.name) if each.name in order else len(order), each.name))
    domains = dict.fromkeys([*DOMAINS, *(each.name.partition(".")[0] for each in ordered)])
    for domain in domains:
        rows = [_row(each, table, roles) for each in ordered if each.name.startswith(f"{domain}.")]
        if rows:
            yield {"name": DOMAINS.get(domain, domain), "rows": rows}


def _row(permission: Permission, table: Table, roles: tuple[str, ...]) -> dict[str, Any]:
    cells = [{"role": word_for(role), "may": permission in table.get(role, frozenset())} for role in roles]
    return {"word": permission_word(permission.name), "grave": permission.grave, "cells": cells}


def _role(role: Role, table: Table) -> dict[str, Any]:
    may = table.get(role, frozenset())
    words = [permission_word(name) for name in PERMISSIONS if any(each.name == name for each in may)]
    return {"name": word_for(role), "does": DOES[role], "fits": fits(role), "may": words}


def _conflicts() -> Iterator[dict[str, Any]]:
    """Yield every pair once, in the order of the roles."""
    for pair, why in CONFLICTS.items():
        first, second = sorted(pair, key=list(Role).index)
        yield {"first": word_for(first), "second": word_for(second), "why": WHY[why]}
