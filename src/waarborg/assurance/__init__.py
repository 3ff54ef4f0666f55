"""Controls, measured: what must hold, what was seen, and what that proves.

Words: control (zorgpunt), check (meting), observation (waarneming), verdict (oordeel), evidence (bewijs), statement
(verklaring), applicability (van toepassing), proven (aangetoond), fresh (vers), stale (verlopen).

Invariants
1. A judge says met, not met or unknown; only *met, fresh and in scope* counts as proven. Unknown never does.
2. Evidence is never changed: a new observation is a new row.
3. What is undecided counts as obliged: the denominator never shrinks by silence.
4. A person's statement is evidence of its own kind, never shown as a measurement.
"""
