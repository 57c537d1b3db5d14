"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Says how versions are compared and which mails review sends."""

    name = "content"
    label = "content"

    def ready(self) -> None:
        """Register both with Wagtail."""
        from content.editorial import comparing, mails
        from content.wordings import receivers

        comparing.register()
        mails.connect()
        receivers.connect()
