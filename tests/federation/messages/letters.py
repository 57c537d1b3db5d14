"""Sending a letter of another hub to this one."""

from __future__ import annotations

from typing import Any

from hub.messages.models import Message
from tests.factories.messages import post_letter, prove
from tests.wire.foreign import ForeignHub

TRIER = "07211000"


def send(client: Any, hub: ForeignHub, letter: dict[str, Any], **options: Any) -> Any:
    return post_letter(client, hub, prove(hub, letter), **options)


def refused(response: Any) -> tuple[int, str]:
    assert not Message.objects.exists()
    return response.status_code, response.json().get("code", "")
