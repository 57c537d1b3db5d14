"""Content-addressed files: bytes are stored once, under their SHA-256, and kept apart by who brought them."""
