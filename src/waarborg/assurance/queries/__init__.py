"""How applications stand, and the evidence behind it."""
