"""What is known to be weak: parts lists, advisories, matches, deadlines, disclosure, penetration tests.

Words: vulnerability (kwetsbaarheid), parts list or SBOM (softwarestuklijst), advisory (beveiligingsadvies), match
(treffer), deadline (uiterste datum), security update (beveiligingsupdate), field safety corrective action
(veldactie), coordinated vulnerability disclosure (CVD-beleid), penetration test (pentest).

From the design, binding the code to come
1. A match says affected, not affected or cannot tell; cannot tell is never shown as not affected.
2. A deadline follows from the risk class of the thing, not from the advisory alone.
3. A repository whose scanning is off is itself a finding.

It installs nothing and scans nothing that is connected to a patient.
"""
