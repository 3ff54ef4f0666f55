"""What each role may, in one reviewed list. Its version stands in every log entry as the authorisation protocol.

Raise VERSION with every change of the table; `tests/project` compares the two.
"""

from waarborg.kernel.actor import Permission, RoleTable

VERSION = "1"
ADMINISTRATOR = "administrator"
SECURITY_OFFICER = "security_officer"
DEVOPS_LEAD = "devops_lead"
AUDITOR = "auditor"
ANONYMOUS = "anonymous"
SCHEDULE = "schedule"
CONSOLE = "console"

TABLE = RoleTable(
    VERSION,
    {
        ADMINISTRATOR: frozenset[Permission](),
        SECURITY_OFFICER: frozenset[Permission](),
        DEVOPS_LEAD: frozenset[Permission](),
        AUDITOR: frozenset[Permission](),
        ANONYMOUS: frozenset[Permission](),
        SCHEDULE: frozenset[Permission](),
        CONSOLE: frozenset[Permission](),
    },
)
