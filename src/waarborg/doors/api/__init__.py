"""JSON in, JSON out, for other systems. An error keeps its machine code."""
