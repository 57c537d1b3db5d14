"""Content storages in a folder of the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

USUAL = "hub.files.storage.ContentStorage"
FULL = "tests.files.full_disk.FullDiskStorage"


def use_storage(settings: Any, folder: Path, backend: str = USUAL) -> Path:
    """Store content below ``folder``; returns it."""
    place = {"BACKEND": backend, "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "content": place}
    return folder


def files_in(folder: Path) -> list[str]:
    """All files below, partial ones included, by their names."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
