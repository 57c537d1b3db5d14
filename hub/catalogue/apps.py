"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "hub.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from hub.catalogue import consumers, receivers, topics
        from hub.catalogue.triggers import attach_triggers

        consumers.register(topics.CONSUMER, topics.follow_topics)
        receivers.connect()
        post_migrate.connect(attach_triggers, sender=self, dispatch_uid="catalogue.triggers")
