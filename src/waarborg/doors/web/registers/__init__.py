"""Pages of the registers: translate, one call in, translate back."""
