"""Style sheets, fonts and pictures of the site, copied into the archive as pages name them."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from hub.site.archive.folder import ArchiveFolder

FOLDER = "gestaltung"
REFERENCE = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)|@import\s+[\"']([^\"']+)[\"']")


class Design:
    """Copies each file once, with those its style sheet names."""

    def __init__(self, folder: ArchiveFolder) -> None:
        self.folder = folder
        self._paths: dict[str, str | None] = {}

    def add(self, name: str) -> str | None:
        """Copy a static file; returns its path in the archive, None if there is no such file."""
        if name not in self._paths:
            self._paths[name] = self._copy(name)
        return self._paths[name]

    def _copy(self, name: str) -> str | None:
        content = _read(name)
        if content is None or ".." in name.split("/"):
            return None
        path = self._paths[name] = f"{FOLDER}/{name}"  # known before what it names, which may name it back
        self.folder.write(path, content)
        if name.endswith(".css"):
            for first, second in REFERENCE.findall(content.decode()):
                self._follow(name, first or second)
        return path

    def _follow(self, sheet: str, reference: str) -> None:
        parts = urlsplit(reference)
        if not parts.scheme and not parts.netloc and parts.path and not parts.path.startswith("/"):
            self.add(posixpath.normpath(posixpath.join(posixpath.dirname(sheet), unquote(parts.path))))


def _read(name: str) -> bytes | None:
    """From where the file lies in development, else from where it was collected to."""
    found = finders.find(name)
    if isinstance(found, str):
        with open(found, "rb") as file:
            return file.read()
    try:
        with staticfiles_storage.open(name) as file:
            return bytes(file.read())
    except (OSError, ValueError):
        return None
