"""A login without the second factor is refused: shown by trying, with the same account's full login as the control."""
