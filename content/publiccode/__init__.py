"""publiccode.yml 0.7.0: read, checked, filled in as a form, and written."""
