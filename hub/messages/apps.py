"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "hub.messages"
    label = "hub_messages"
