"""Pages of joining, deciding, inviting and leaving, and of the people of a body."""
