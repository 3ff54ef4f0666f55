"""What each role may, in one reviewed list. Its version stands in every log entry as the authorisation protocol.

Raise VERSION with every change of the table; `tests/project/test_roles.py` holds its digest.
"""

from waarborg.accounts import permissions as accounts
from waarborg.assurance import permissions as assurance
from waarborg.audit import permissions as audit
from waarborg.kernel.actor import RoleTable
from waarborg.registers import permissions as registers

VERSION = "1"
ADMINISTRATOR = "administrator"
SECURITY_OFFICER = "security_officer"
DEVOPS_LEAD = "devops_lead"
AUDITOR = "auditor"
ANONYMOUS = "anonymous"
SCHEDULE = "schedule"
CONSOLE = "console"
"""Whoever has the command line of the server, and with it the root key."""

REGISTERS = frozenset(
    {
        registers.REGISTER_CUSTOMER,
        registers.CLASSIFY_INFORMATION,
        registers.REGISTER_APPLICATION,
        registers.RETIRE_APPLICATION,
        registers.REGISTER_ENVIRONMENT,
        registers.REGISTER_PROJECT,
        registers.RECORD_REVIEW,
        registers.EXPORT_ASSETS,
        registers.IMPORT_ASSETS,
    }
)
PROVES = frozenset({assurance.MEASURE, assurance.STATE, assurance.READ_STATEMENT, assurance.CONFIRM_STATEMENT})

TABLE = RoleTable(
    VERSION,
    {
        ADMINISTRATOR: accounts.OF_EVERYONE | accounts.OF_GOVERNORS | {registers.EXPORT_ASSETS},
        SECURITY_OFFICER: accounts.OF_EVERYONE
        | accounts.OF_GOVERNORS
        | PROVES
        | {
            audit.READ_LOG,
            assurance.ALLOW_TARGET,
            registers.RECORD_REVIEW,
            registers.EXPORT_ASSETS,
            registers.CLASSIFY_INFORMATION,
        },
        DEVOPS_LEAD: accounts.OF_EVERYONE | REGISTERS | PROVES | {assurance.DECIDE_APPLICABILITY},
        AUDITOR: accounts.OF_EVERYONE | {assurance.READ_STATEMENT, audit.READ_LOG, registers.EXPORT_ASSETS},
        ANONYMOUS: accounts.ON_THE_WAY_IN,
        SCHEDULE: accounts.OF_THE_SCHEDULE | {assurance.KEEP_EVIDENCE},
        CONSOLE: accounts.OF_THE_CONSOLE | REGISTERS | {registers.FOUND_ORGANISATION},
    },
)
