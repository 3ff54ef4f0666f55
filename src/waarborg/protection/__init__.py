"""That data survives and ends: encrypted back-ups, restore rehearsals, retention, erasure, key rotation.

Words: back-up (back-up), restore test (herstelproef), retention period (bewaartermijn), erasure (verwijdering), key
management (sleutelbeheer), copy (kopie).

From the design, binding the code to come
1. A back-up that was never restored counts as unknown, not as good.
2. A copy leaves the machine encrypted, and its key never travels with it.
3. Erasing a person destroys a key; the proofs of the log stay valid.

It doesn't choose retention periods (law and contract do; they are data) and keeps no key itself (the kernel does).
"""
