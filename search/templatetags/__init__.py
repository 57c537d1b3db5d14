"""Template tags of site search."""
