"""How dates are written and read; Django looks here before its own formats."""
