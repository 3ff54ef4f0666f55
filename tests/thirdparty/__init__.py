"""Applications that others made, measured as a stranger would, and a table of what must come out."""
