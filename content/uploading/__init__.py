"""Large files come in piece by piece (tus 1.0) and go on where they were interrupted."""
