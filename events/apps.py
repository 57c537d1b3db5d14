"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    label = "events"

    def ready(self) -> None:
        from events.mailing import tasks  # noqa: F401 - this makes its jobs known
        from events.registering import receivers  # noqa: F401 - importing connects it
        from events.registering import tasks as lines  # noqa: F401 - this makes its jobs known
