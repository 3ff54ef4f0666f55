"""The way in, and the people who have it."""
