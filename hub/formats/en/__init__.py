"""English of a project in Germany."""
