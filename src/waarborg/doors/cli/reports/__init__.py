"""What `waarborg check` found, told to a person (table), a program (json) and a build server (junit)."""
