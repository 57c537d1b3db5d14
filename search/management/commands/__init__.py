"""Commands of site search."""
