"""The organisers' pages, by subject."""
