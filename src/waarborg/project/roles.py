"""What each role may, in one reviewed list. Its version stands in every log entry as the authorisation protocol.

Raise VERSION with every change of the table; `tests/project/test_roles.py` holds its digest.
"""

from waarborg.accounts import permissions as accounts
from waarborg.accounts.values import Role
from waarborg.assurance import permissions as assurance
from waarborg.audit import permissions as audit
from waarborg.kernel.actor import RoleTable
from waarborg.registers import permissions as registers

VERSION = "2"
INTEGRATION = "integration"
"""A system that keeps the register and measures."""
STATION = "station"
"""A wall screen."""
ANONYMOUS = "anonymous"
SCHEDULE = "schedule"
CONSOLE = "console"
"""Whoever has the command line of the server, and with it the root key."""

READS = frozenset({registers.READ_REGISTER, assurance.READ_STANDING})
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
        Role.ADMINISTRATOR: accounts.OF_EVERYONE
        | accounts.OF_GOVERNORS
        | READS
        | {registers.EXPORT_ASSETS, registers.KEEP_UNITS},
        Role.SECURITY_OFFICER: accounts.OF_EVERYONE
        | accounts.OF_GOVERNORS
        | READS
        | PROVES
        | {
            audit.READ_LOG,
            assurance.ALLOW_TARGET,
            registers.RECORD_REVIEW,
            registers.EXPORT_ASSETS,
            registers.CLASSIFY_INFORMATION,
        },
        Role.PRIVACY_OFFICER: accounts.OF_EVERYONE
        | READS
        | {
            accounts.READ_PEOPLE,
            accounts.READ_ROLES,
            accounts.REVIEW_EMERGENCIES,
            assurance.READ_STATEMENT,
            registers.EXPORT_ASSETS,
        },
        Role.LOG_ADMINISTRATOR: accounts.OF_EVERYONE | {audit.READ_LOG, accounts.READ_ROLES},
        Role.BOARD_MEMBER: accounts.OF_EVERYONE | READS | {accounts.READ_ROLES},
        Role.AUDITOR: accounts.OF_EVERYONE
        | READS
        | {
            accounts.READ_PEOPLE,
            accounts.READ_ROLES,
            accounts.READ_SERVICES,
            assurance.READ_STATEMENT,
            audit.READ_LOG,
            registers.EXPORT_ASSETS,
        },
        Role.TEAM_MANAGER: accounts.OF_EVERYONE | accounts.OF_MANAGERS,
        Role.CARE_PROFESSIONAL: accounts.OF_EVERYONE | {accounts.BREAK_GLASS, accounts.VIEW_BOARD},
        Role.DEVICE_MANAGER: accounts.OF_EVERYONE | READS,
        Role.DEVOPS_LEAD: accounts.OF_EVERYONE | READS | REGISTERS | PROVES | {assurance.DECIDE_APPLICABILITY},
        Role.DEVELOPER: accounts.OF_EVERYONE | READS | {assurance.MEASURE, assurance.STATE, assurance.READ_STATEMENT},
        INTEGRATION: READS
        | {
            registers.REGISTER_APPLICATION,
            registers.REGISTER_ENVIRONMENT,
            registers.REGISTER_PROJECT,
            registers.RECORD_REVIEW,
            registers.EXPORT_ASSETS,
            registers.IMPORT_ASSETS,
            assurance.MEASURE,
        },
        STATION: frozenset({accounts.VIEW_BOARD}),
        ANONYMOUS: accounts.ON_THE_WAY_IN,
        SCHEDULE: accounts.OF_THE_SCHEDULE | {assurance.KEEP_EVIDENCE},
        CONSOLE: accounts.OF_THE_CONSOLE | REGISTERS | {registers.FOUND_ORGANISATION},
    },
)
