from waarborg.kernel.actor import Permission

BOOTSTRAP = Permission("accounts.bootstrap")
REGISTER = Permission("accounts.register")
LOG_IN = Permission("accounts.log_in")
ACKNOWLEDGE_NOTICE = Permission("accounts.acknowledge_notice")
OWN_SESSION = Permission("accounts.own_session", own=True)
OWN_FACTORS = Permission("accounts.own_factors", grave=True, own=True)
"""One's own password, factors, recovery codes and accounts elsewhere."""
JOIN = Permission("accounts.join", grave=True, own=True)
"""Use a code of another institution for the account one has."""
END_SESSIONS = Permission("accounts.end_sessions")
REQUEST_REGISTRATION = Permission("accounts.request_registration")
IDENTIFY = Permission("accounts.identify")
APPROVE_REGISTRATION = Permission("accounts.approve_registration", grave=True)
WITHDRAW_REGISTRATION = Permission("accounts.withdraw_registration")
DELEGATE = Permission("accounts.delegate", grave=True)
"""Ask that a colleague stands in for oneself until a day."""
READ_PEOPLE = Permission("accounts.read_people")
REVIEW_RIGHTS = Permission("accounts.review_rights")
END_ROLE = Permission("accounts.end_role", grave=True)
OFF_BOARD = Permission("accounts.off_board", grave=True)
ASK_RECOVERY = Permission("accounts.ask_recovery", grave=True)
"""Ask that someone who lost their second factor may enrol another."""
APPROVE_RECOVERY = Permission("accounts.approve_recovery", grave=True)
READ_ROLES = Permission("accounts.read_roles")
READ_SERVICES = Permission("accounts.read_services")
KEEP_SERVICES = Permission("accounts.keep_services", grave=True)
"""Ask for, renew and end accounts and tokens of systems and stations."""
APPROVE_SERVICE = Permission("accounts.approve_service", grave=True)
VIEW_BOARD = Permission("accounts.view_board")
"""See the board of a wall screen."""
BREAK_GLASS = Permission("accounts.break_glass", grave=True)
REVIEW_EMERGENCIES = Permission("accounts.review_emergencies")

ON_THE_WAY_IN = frozenset({REGISTER, LOG_IN, ACKNOWLEDGE_NOTICE, OWN_SESSION})
"""Of anyone at all, and of someone who hasn't come in fully yet."""
OF_EVERYONE = frozenset({OWN_SESSION, OWN_FACTORS, JOIN, DELEGATE})
OF_MANAGERS = frozenset(
    {REQUEST_REGISTRATION, IDENTIFY, WITHDRAW_REGISTRATION, READ_PEOPLE, REVIEW_RIGHTS, END_ROLE, ASK_RECOVERY}
)
"""Of who answers for a team: everything but the second person's yes, which is someone else's."""
OF_GOVERNORS = OF_MANAGERS | {
    APPROVE_REGISTRATION,
    OFF_BOARD,
    APPROVE_RECOVERY,
    READ_ROLES,
    READ_SERVICES,
    KEEP_SERVICES,
    APPROVE_SERVICE,
}
"""Of administrators and security officers alike: whoever of them asks, another of them approves."""
OF_THE_CONSOLE = frozenset({BOOTSTRAP})
OF_THE_SCHEDULE = frozenset({END_SESSIONS})
