"""Reports: reach, progress, responsibilities."""
