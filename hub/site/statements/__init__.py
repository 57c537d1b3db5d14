"""Pages on which bodies adopt, check and co-publish documents, and the map of who uses one."""
