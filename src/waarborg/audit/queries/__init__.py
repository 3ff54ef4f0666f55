"""Reading the log, proving a place in it, and verifying all of it."""
