from waarborg.kernel.actor import Permission

BOOTSTRAP = Permission("accounts.bootstrap")
REGISTER = Permission("accounts.register")
LOG_IN = Permission("accounts.log_in")
ACKNOWLEDGE_NOTICE = Permission("accounts.acknowledge_notice")
OWN_SESSION = Permission("accounts.own_session")
END_SESSIONS = Permission("accounts.end_sessions")
ASK_TICKET = Permission("accounts.ask_ticket")
APPROVE_TICKET = Permission("accounts.approve_ticket")
WITHDRAW_TICKET = Permission("accounts.withdraw_ticket")
READ_PEOPLE = Permission("accounts.read_people")
OFF_BOARD = Permission("accounts.off_board")

ON_THE_WAY_IN = frozenset({REGISTER, LOG_IN, ACKNOWLEDGE_NOTICE, OWN_SESSION})
"""Of anyone at all, and of someone who hasn't come in fully yet."""
OF_EVERYONE = frozenset({OWN_SESSION})
OF_GOVERNORS = frozenset({ASK_TICKET, APPROVE_TICKET, WITHDRAW_TICKET, READ_PEOPLE, OFF_BOARD})
"""Of administrators and security officers alike: whoever of them asks, another of them approves."""
OF_THE_CONSOLE = frozenset({BOOTSTRAP})
OF_THE_SCHEDULE = frozenset({END_SESSIONS})
