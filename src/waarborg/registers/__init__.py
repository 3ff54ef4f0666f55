"""What there is: applications, projects, devices, suppliers, contracts, networks, places, BIV classifications, risks.

Words: care application (zorgapplicatie), project (project), device (apparaat), medical device (medisch hulpmiddel),
supplier (leverancier), contract (contract), place (locatie), administrator (beheerder), own management (eigen
beheer), BIV classification (BIV-classificatie), risk class (risicoklasse), risk (risico), risk acceptance
(risicoacceptatie), end of support (einde ondersteuning), decommission (uitfaseren).

Invariants
1. The risk class is what a patient suffers if the thing fails or lies; the BIV classification feeds it and never
   replaces it.
2. `registers/assets.yaml` goes round without loss.
3. Nothing is removed by leaving it out, and nobody overwrites what they haven't seen.

From the design, binding the code to come
1. A device without a manager can't exist; management by the supplier is a recorded deviation with an end date.
2. A project that touches health information has a patient-safety risk from kick-off on.

It doesn't measure (assurance does), doesn't watch devices (telemetry does), and knows no care recipient.
"""
