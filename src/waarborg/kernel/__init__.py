"""What three domains or more need and none owns: actor, clock, transactions, references, keys, jobs, blobs.

It has no noun of care and no opinion.
"""
