"""SQLite through SQLCipher: every page of the file is encrypted with AES-256."""
