"""A feed as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import Any

from hub.env import env
from hub.site.feeds.reading import Feed, Item

VERSION = "https://jsonfeed.org/version/1.1"


def write_json(feed: Feed) -> bytes:
    """The feed's bytes, UTF-8."""
    fields: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address("json", feed.this),
        "language": feed.language,
        "authors": [{"name": f"Wissenshub {env.name}", "url": env.origin}],
        "items": [_write_item(item) for item in feed.items],
    }
    if feed.after:
        fields["next_url"] = feed.address("json", feed.after)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _write_item(item: Item) -> dict[str, Any]:
    """An item needs a content (“content_text” is required of those without markup): its summary, at least
    its title. Its kind is the first of its tags."""
    fields = {
        "id": item.id,
        "url": item.url,
        "external_url": item.original,
        "title": item.wording.title,
        "summary": item.wording.summary,
        "content_text": item.wording.summary or item.wording.title,
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [{"name": name, "url": address} for address, name in item.authors],
        "tags": [item.kind_name, *(name for _code, name in item.topics)],
        "language": item.wording.tag,
    }
    return {name: value for name, value in fields.items() if value}
