"""What registers hands to others and takes from doors: frozen values, pure."""
