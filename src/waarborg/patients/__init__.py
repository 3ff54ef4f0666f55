"""Care recipients: who they are, how sure we are of that, and when two registrations are one person.

Words: care recipient (zorgontvanger), citizen service number (BSN), eleven test (elfproef), test range (testreeks),
shadow number (schaduwnummer), merge (samenvoegen), twin (meerling), not uniquely identified (niet uniek
geïdentificeerd).

Invariants
1. A BSN that isn't known is absent, with a reason; it is never a dummy number.
2. A number that passes the eleven test is well-formed, not verified: only the number register can say whose it is.
3. Test numbers never enter production, numbers of real people never leave it.
4. No error, log line or `repr` shows a BSN.
"""
