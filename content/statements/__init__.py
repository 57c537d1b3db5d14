"""Statements: what a body says of another's document. It uses it, has read it, or publishes it too."""
