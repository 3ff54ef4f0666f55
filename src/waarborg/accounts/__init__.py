"""Who may come in: registration with proof of identity, roles, second factor, sessions, service accounts.

Words: account (account), registration (registratie), identity establishment (identiteitsvaststelling), statutory
identity document (WID-document), kind and number (aard en nummer), role (rol), grant (toegekende rol), second factor
(tweede factor), recovery code (herstelcode), off-boarding (uitdiensttreding), four-eyes principle
(vier-ogenprincipe), segregation of duties (functiescheiding).

From the design, binding the code to come
1. Access follows a request, an established identity, an approval by another person, and an enrolled second factor; in
   that order.
2. The second factor can't be switched off, and one time step of a code is accepted once.
3. A log-in name, a document number and a factor's secret are never stored in clear.
4. An external identity provider never creates anyone.

It doesn't know what a role may do (`project/roles.py` says so) nor whom a person cares for (patients does).
"""
