"""What towns write: case reports, modules and the page of each body."""
