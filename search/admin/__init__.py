"""Pages of the search in the Wagtail admin."""
