"""What coming in costs, and what a flood of wrong log-ins does to who is in. Run by `make bench`; no part of the tests."""
