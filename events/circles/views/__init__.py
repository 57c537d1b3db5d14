"""The pages of a focus group's workspace."""
