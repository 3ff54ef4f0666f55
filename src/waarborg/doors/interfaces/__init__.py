"""Messages of other care systems: HL7 v2, FHIR R4, syslog.

From the design; there is no code here yet.
"""
