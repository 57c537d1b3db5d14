"""Drafts from what exists already: a Word file, a Markdown file, or another body's document."""
