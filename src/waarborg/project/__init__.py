"""How the parts are put together: settings, addresses, who hears which event, which role may do what.

Invariants
1. It is the only place that knows all domains.
2. It holds no rule of a domain.
"""
