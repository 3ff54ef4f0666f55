"""Acts on the registers: each one transaction, permitted, in the log."""
