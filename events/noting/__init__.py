"""Notes that several people write at once: merging, who wrote which line, and their consent."""
