"""German, as it is read aloud."""
