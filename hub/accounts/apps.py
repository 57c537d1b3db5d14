"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Listens to sign-ups."""

    name = "hub.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect the receivers."""
        from hub.accounts import receivers  # noqa: F401 - importing connects them
