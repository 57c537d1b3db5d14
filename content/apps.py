"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Says how versions are compared, which mails review sends and what follows the catalogue."""

    name = "content"
    label = "content"

    def ready(self) -> None:
        """Register both with Wagtail, and what follows the catalogue."""
        from content.editorial import comparing, mails
        from content.statements import following
        from content.uploading import receivers as upload_receivers
        from content.wordings import receivers
        from hub.catalogue import consumers

        comparing.register()
        mails.connect()
        receivers.connect()
        upload_receivers.connect()
        consumers.register(following.CONSUMER, following.follow_targets)
