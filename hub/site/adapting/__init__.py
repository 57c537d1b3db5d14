"""Taking over another body's document as the beginning of an own version."""
