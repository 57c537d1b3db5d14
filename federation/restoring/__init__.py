"""When logs do not fit any more: restored from a backup, begun anew, or read again from the first entry."""
