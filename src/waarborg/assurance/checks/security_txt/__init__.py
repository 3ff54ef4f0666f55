"""Can a finder of a weakness tell us? The file security.txt (RFC 9116), read as a finder would read it."""
