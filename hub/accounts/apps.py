"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig

PATIENCE = 15
"""Seconds in which what counts against a limit waits for its turn."""


class AccountsConfig(AppConfig):
    """Listens to sign-ups, and lets nobody be refused because many come at once."""

    name = "hub.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect the receivers, and lend the limits patience.

        All who share an address count one after the other. Who has waited for a second is refused by
        allauth as if they had come too often: in a rush that hits people who came once.
        """
        from allauth.core.internal import ratelimit

        from hub.accounts import receivers  # noqa: F401 - importing connects them

        ratelimit.CACHE_LOCK_WAIT_TIMEOUT = PATIENCE
