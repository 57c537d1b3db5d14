"""Saved searches: by mail or as a feed, what is new for words and filters somebody keeps."""
