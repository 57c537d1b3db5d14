"""What cannot be done on stage."""

from __future__ import annotations

from hub.errors import HubError


class StageRefused(HubError):
    """It is not possible now: the message is a sentence for whoever pressed. Nothing was changed."""
