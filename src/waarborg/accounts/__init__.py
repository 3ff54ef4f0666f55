"""Who may come in: registration with proof of identity, roles, second factor, sessions, service accounts.

Words: account (account), registration (registratie), identity establishment (identiteitsvaststelling), statutory
identity document (WID-document), kind and number (aard en nummer), role (rol), grant (toegekende rol), second factor
(tweede factor), recovery code (herstelcode), off-boarding (uitdiensttreding), four-eyes principle
(vier-ogenprincipe), segregation of duties (functiescheiding).

Invariants
1. Access follows a ticket that one person asked for and another approved, a password, and an enrolled second factor; in that order.
   Only the first two, at installation, are let in by the console, and nothing else works until both are there.
2. The second factor can't be switched off, and one time step of a code is accepted once, whichever process is asked.
3. Name, log-in name, e-mail address and a factor's secret are never stored in clear; tokens and codes of tickets only as a digest.
4. Someone who hasn't come in fully holds no role. Each stage of a session has a token of its own.
5. Whether a log-in name exists shows in no answer and in no amount of work.
6. The last administrator and the last security officer can't leave.

From the design, binding the code to come: an identity established by document kind and number; an external identity provider never
creates anyone.

It doesn't know what a role may do (`project/roles.py` says so) nor whom a person cares for (patients does).
"""
