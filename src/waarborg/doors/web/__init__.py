"""Pages and forms for people, rendered here. A page is found by the name of what it shows."""
