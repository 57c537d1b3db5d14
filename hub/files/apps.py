"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Content-addressed files."""

    name = "hub.files"
    label = "files"
