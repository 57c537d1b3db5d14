"""Management of site search."""
