"""What a webhook is told: which record is new, changed or gone, and where to read it."""

from __future__ import annotations

import json
from typing import Any

from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.site.webhooks.models import Event


def describe(entry: CatalogueEntry, event: Event) -> str:
    """The message as JSON. What is withdrawn is named by its id alone; times are UTC."""
    data: dict[str, Any] = {"id": entry.object_id, "position": entry.position}
    if event != Event.WITHDRAWN:
        data |= {
            "kind": entry.kind,
            "title": entry.title,
            "summary": entry.summary,
            "publishers": entry.publishers,
            "topics": entry.topics,
            "languages": entry.languages,
            "revision": entry.revision,
            "digest": entry.digest,
            "about": entry.about or None,
            "url": env.origin + entry.get_absolute_url(),
            "document": f"{env.origin}/id/{entry.uuid}.json",
        }
    return _message(event, entry.changed.isoformat(), data)


def describe_trial(name: str, at: str) -> str:
    """A message that only shows that messages arrive."""
    return _message(Event.TRIAL, at, {"webhook": name, "instance": env.origin})


def _message(event: Event, at: str, data: dict[str, Any]) -> str:
    return json.dumps({"type": event, "timestamp": at, "data": data}, ensure_ascii=False)
