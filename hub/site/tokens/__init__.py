"""Keys by which programs ask on behalf of a person."""
