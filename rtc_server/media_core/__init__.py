"""Pure packet logic: bytes, numbers and `now` in, bytes and numbers out (RFC 3550, 4585, 4588, 8285)."""
