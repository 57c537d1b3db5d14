"""Content-addressed files: every attachment is stored once, under the SHA-256 of its bytes."""
