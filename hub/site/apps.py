"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Listens to what happens on lower floors."""

    name = "hub.site"
    label = "site"

    def ready(self) -> None:
        """Connect the receivers, and let webhooks follow the catalogue."""
        from hub.catalogue.consumers import register
        from hub.site import receivers  # noqa: F401 - importing connects them
        from hub.site.messages import mails  # noqa: F401 - so does this
        from hub.site.questions import receivers as published  # noqa: F401 - and this
        from hub.site.tokens import receivers as ended  # noqa: F401 - and this
        from hub.site.webhooks import tasks  # noqa: F401 - and this makes its jobs known
        from hub.site.webhooks.following import NAME, follow

        register(NAME, follow)
