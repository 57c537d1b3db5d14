"""The public hub as a folder of files: written, checked, and read back into an empty instance."""
