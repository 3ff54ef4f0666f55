"""Two tiny care applications to be checked: one sound, one with every fault planted once. Loopback only, invented people."""
