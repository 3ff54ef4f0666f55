"""Entrances: translate, one call in, translate back.

Words: page (pagina), form (formulier), command (opdracht), message (bericht).

Invariants
1. A door holds no rule: what may happen is decided by the domain it calls.
2. `now` and the actor are made here, once, and handed in.
3. An error leaves a door as a sentence in the reader's language or as its code, never as a trace.

From the design, binding the code to come: no log, no disclosure (the web and the API then answer 503).

A door stores nothing itself and doesn't call another door.
"""
