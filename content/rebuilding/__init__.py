"""From a document back to the page it was built from: the reverse of :mod:`content.builders`.

A page is rebuilt so that its document equals the one it was made of; who rebuilds compares both.
"""
