"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Listens to what happens on lower floors."""

    name = "hub.site"
    label = "site"

    def ready(self) -> None:
        """Connect the receivers."""
        from hub.site import receivers  # noqa: F401 - importing connects them
        from hub.site.messages import mails  # noqa: F401 - so does this
