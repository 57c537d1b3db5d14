"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FederationConfig(AppConfig):
    """Lets deliveries and attachments follow the catalogue."""

    name = "federation"
    label = "federation"
    verbose_name = _("Federation")

    def ready(self) -> None:
        """Register the consumers."""
        from federation import attachments, delivery
        from federation.messages import sending
        from hub.catalogue.consumers import register
        from hub.messages.services import message_queued

        register("federation.delivery", delivery.follow)
        register("federation.attachments", attachments.follow)
        message_queued.connect(sending.follow, dispatch_uid="federation.messages")
