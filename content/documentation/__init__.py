"""Documentation taken over from Markdown files: read, mended, shown as part of the module."""
