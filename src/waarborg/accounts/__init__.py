"""Who may come in: registration with proof of identity, roles, second factor, sessions, service accounts.

Words: account (account), registration (registratie), identity establishment (identiteitsvaststelling), statutory
identity document (WID-document), kind and number (aard en nummer), role (rol), grant (toegekende rol), second factor
(tweede factor), recovery code (herstelcode), off-boarding (uitdiensttreding), four-eyes principle
(vier-ogenprincipe), segregation of duties (functiescheiding).

Invariants
1. Access follows a registration: asked for, the identity established by one person, approved by another who is neither the asker
   nor the one it is about, a password, and a second factor; in that order, within a fortnight. Only the first two, at installation,
   are let in by the console; nothing else works until both are there, and each has the other's identity established within a month.
2. The second factor can't be switched off, and one time step of a code is accepted once, whichever process is asked.
3. Name, log-in name, e-mail address, document numbers and a factor's secret are never stored in clear; tokens and codes only as a
   digest.
4. Someone who hasn't come in fully holds no role. Each stage of a session has a token of its own.
5. Whether a log-in name exists shows in no answer and in no amount of work.
6. The last administrator and the last security officer who can come in and hold the role in their own right can't leave.
7. Two roles that don't go together aren't held by one person in one scope: refused at request, at approval and at first use.
8. Who leaves is out when that is written: roles, stand-ins, emergencies, tokens, sessions, and what waits for them. Who returns is
   the same person with nothing of before but their name.
9. An established identity holds at most five years, a role a year and a month without somebody saying that it is needed; then
   nothing opens. Nobody says either of themself.
10. Whoever stands in never holds the role longer than the one they stand in for, and can't pass it on.
11. An external identity provider never creates anyone.

It doesn't know what a role may do (`project/roles.py` says so) nor whom a person cares for (patients does).
"""
