"""What templates can say: `{% load waarborg %}`."""
