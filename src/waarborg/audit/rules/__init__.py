"""The arithmetic of the log: tree, entries and signed notes. Nothing here reads a clock, a table or a file."""
