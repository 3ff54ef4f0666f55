"""When it goes wrong: patient safety first, then isolate, then tell.

Words: incident (incident), triage (triage), patient safety (patiëntveiligheid), isolate (isoleren), personal data
breach (datalek), duty to notify (meldplicht), becoming aware (kennisname), early warning (vroegtijdige waarschuwing),
preliminary notification (voorlopige melding), follow-up notification (vervolgmelding), final report (eindverslag),
competent authority (bevoegde autoriteit), supervisor (toezichthouder), calamity (calamiteit), rehearsal (oefening).

From the design, binding the code to come
1. Whether a care recipient is at risk now is answered before any other step can close.
2. Isolating is done by a named person, who says what it does to care and what the way back is.
3. A clock starts at a fact and runs in UTC on its own calendar; not reporting is a decision with a reason.

It doesn't detect (the domains below do, by events) and sends nothing to an authority by itself.
"""
