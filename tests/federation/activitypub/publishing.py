"""Documents of this instance, published and withdrawn as settling does, and told to the consumer."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from federation.activitypub.following import CONSUMER
from federation.activitypub.models import Follower
from hub.catalogue import entries, log
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Document, Section, Text, digest_of
from hub.documents.texts import Block
from hub.env import env

REMOTE = "https://social.example"


def wording(title: str, html: str = "<p>Der Text.</p>") -> Text:
    """A short text with one section."""
    block = Block(anchor="ziel-1", html=html, text="Der Text.")
    return Text(
        title=title,
        summary=f"{title} in Kürze.",
        sections=(Section(anchor="s", heading="Ziel", blocks=(block,)),),
    )


def publish(title: str = "Bericht", entry: CatalogueEntry | None = None, **fields: Any) -> CatalogueEntry:
    """Publish a document, or a new wording of it, and let the consumer read it."""
    key = entry.uuid if entry else uuid.uuid4()
    values = {"kind": "case_report", "publishers": (env.body,), "texts": {"de": wording(title)}, **fields}
    document = Document(id=f"{env.origin}/id/{key}", **values)
    body, salt, revision = document.to_bytes(), uuid.uuid4().hex, (entry.revision + 1 if entry else 1)
    digest, now = digest_of(body, salt), timezone.now()
    position = log.append(env.origin, document.id, revision, "publish", digest, now).position
    if entry is None:
        entry = CatalogueEntry(
            object_id=document.id,
            uuid=key,
            origin=env.origin,
            first_published=now,
            path=f"/berichte/{key.hex[:8]}/",
        )
    entries.fill(entry, document, body.decode(), digest, salt, revision, now, position)
    entry.save()
    run_consumers(CONSUMER)
    return entry


def withdraw(entry: CatalogueEntry, state: State = State.WITHDRAWN) -> None:
    """Take it offline and let the consumer read that."""
    now = timezone.now()
    position = log.append(env.origin, entry.object_id, entry.revision + 1, "withdraw", "", now).position
    entries.take_offline(entry, state, entry.revision + 1, now, position)
    run_consumers(CONSUMER)


def add_follower(followed: str = "", name: str = "anna", inbox: str = "", **fields: Any) -> Follower:
    """Somebody who follows the instance, or a body, from now on."""
    from federation.activitypub.sending import newest_activity

    address = inbox or f"{REMOTE}/users/{name}/inbox"
    values = {"host": address.split("/")[2], "cursor": newest_activity(), **fields}
    return Follower.objects.create(actor=f"{REMOTE}/users/{name}", followed=followed, inbox=address, **values)
