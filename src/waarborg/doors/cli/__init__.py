"""The command `waarborg`. What can run without a server imports neither Django nor a database."""
