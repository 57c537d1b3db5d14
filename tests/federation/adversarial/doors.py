"""The doors that approved peers enter by signing, and what may not have come through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from federation.models import Quarantined
from hub.catalogue.models import CatalogueEntry, LogHead
from hub.documents import canonical
from hub.env import env
from hub.messages.models import Message
from tests.factories.messages import prove, write_letter
from tests.wire.foreign import ForeignHub

SIGNED = {
    "inbox": "/federation/inbox",
    "inbox of a body": f"/federation/bodies/{env.body}/inbox",
    "messages": "/federation/messages",
    "log": "/federation/log?after=0",
    "held": "/federation/held",
    "held log": "/federation/held/log?after=0",
    "bucket": "/federation/bucket/7?after=",
}
POSTED = ("inbox", "inbox of a body", "messages")


@dataclass
class Door:
    """One of them, with what Koblenz brings; ``other`` is as good and something else."""

    path: str
    hub: ForeignHub
    client: Client
    body: bytes = b""
    other: bytes = b""

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"

    def sign(self, **options: Any) -> dict[str, str]:
        """The headers of the request, signed; ``options`` override what is signed how."""
        method, path = options.pop("method", self.method), options.pop("path", self.path)
        body = options.pop("body", self.body or None)
        return self.hub.sign(method, path, body, **options)

    def knock(self, headers: dict[str, str], body: bytes | None = None) -> int:
        """Send it with exactly these headers; returns the status."""
        data = self.body if body is None else body
        kind = "application/activity+json"
        return self.client.generic(self.method, self.path, data, kind, headers=headers).status_code


def open_doors(client: Client, hub: ForeignHub, asked: CatalogueEntry, name: str) -> Door:
    """The door of that name; ``asked`` is what a letter asks about."""
    if name not in POSTED:
        return Door(SIGNED[name], hub, client)
    if name == "messages":
        letters = [prove(hub, write_letter(hub, asked, text=text)) for text in ("Eins?", "Zwei?")]
        return Door(SIGNED[name], hub, client, canonical(letters[0]), canonical(letters[1]))
    published = hub.publish(hub.document())
    activities = [canonical(hub.activity(published)) for _ in range(2)]
    return Door(SIGNED[name], hub, client, activities[0], activities[1])


def nothing_came_in() -> bool:
    """Nothing of any other instance is held."""
    received = CatalogueEntry.objects.exclude(source="").exists() or Quarantined.objects.exists()
    logged = LogHead.objects.filter(seq__gt=0).exclude(origin=env.origin).exists()
    return not (received or logged or Message.objects.exists())
