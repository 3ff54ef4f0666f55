"""Care recipients: identification, duplicates, opening a record, care relations.

Words: care recipient (zorgontvanger), client (cliënt), patient (patiënt), patient record (dossier van de
zorgontvanger), citizen service number (BSN), eleven test (elfproef), birth surname (geslachtsnaam), name prefix
(voorvoegsel), given name (roepnaam), date of birth (geboortedatum), duplicate record (dubbele registratie), merge
(samenvoegen), unmerge (ontkoppelen), surviving record (overlevend dossier), treatment relationship (behandelrelatie),
legal representative (wettelijk vertegenwoordiger), informal carer (mantelzorger).

From the design, binding the code to come
1. Two different BSNs are two people. Equal BSNs with a conflicting name or birth date are never "the same": a person
   decides.
2. An unknown BSN or part of a birth date is marked as not uniquely identified; no dummy number exists.
3. Opening a record is an act with a reason, and is logged in the same transaction.
4. A merge moves nothing, so it can be undone.

It holds no diagnosis, no care plan and no device: who wears what belongs to telemetry.
"""
