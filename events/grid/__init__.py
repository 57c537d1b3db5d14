"""The editor of the plan, and its public board."""
