"""The log that shows tampering: who did what, when, to which record, and why it was allowed (NEN 7513).

Words: audit log (logging), log record (logregel), event (gebeurtenis), user (gebruiker), responsible user
(verantwoordelijke gebruiker), log administrator (logbeheerder), log owner (logverantwoordelijke), break-glass
(noodtoegang), checkpoint (ijkpunt), witness (getuige).

Invariants
1. A record shares the transaction of the act it describes: no log, no act; no log, no disclosure.
2. A record is never changed or removed; that it wasn't shows from signed tree heads, not from the word of a database administrator.
3. A record carries references, never a name or a BSN in clear.
4. A refusal is logged in a transaction of its own.

From the design, binding the code to come: witnesses outside, so that not even who holds the root key can sign another history.

It is called, never notified. It has no foreign keys to others, knows no domain above it, and decides nothing about access.
"""
