"""The key database: wrapped keys, apart from the data that they open, with a back-up cycle of its own."""
