from waarborg.kernel.actor import Permission

MEASURE = Permission("assurance.measure")
KEEP_EVIDENCE = Permission("assurance.keep_evidence")
ALLOW_TARGET = Permission("assurance.allow_target")
DECIDE_APPLICABILITY = Permission("assurance.decide_applicability")
STATE = Permission("assurance.state")
CONFIRM_STATEMENT = Permission("assurance.confirm_statement")
READ_STATEMENT = Permission("assurance.read_statement")
READ_STANDING = Permission("assurance.read_standing")
"""See how applications stand, and on what evidence."""
