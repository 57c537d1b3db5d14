"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "hub.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from hub.catalogue import receivers

        receivers.connect()
