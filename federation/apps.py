"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FederationConfig(AppConfig):
    """Lets deliveries, attachments and the Fediverse follow the catalogue."""

    name = "federation"
    label = "federation"
    verbose_name = _("Federation")

    def ready(self) -> None:
        """Register the consumers."""
        from federation import attachments, delivery
        from federation.activitypub import following as fediverse
        from federation.messages import sending
        from federation.notices import moving
        from federation.queries import name_peers
        from federation.restoring import checking
        from hub.catalogue.consumers import register
        from hub.catalogue.guarding import guard_appending
        from hub.catalogue.sources import register_naming
        from hub.messages.services import message_queued

        register("federation.delivery", delivery.follow)
        register(attachments.CONSUMER, attachments.follow)
        register(fediverse.CONSUMER, fediverse.follow)
        post_migrate.connect(fediverse.begin, sender=self, dispatch_uid="federation.activities")
        register("federation.notices", moving.follow)
        guard_appending(checking.check_own_log)
        register_naming(name_peers)
        message_queued.connect(sending.follow, dispatch_uid="federation.messages")
