"""The operators' pages in Wagtail's admin: other instances, and this one as others see it."""
