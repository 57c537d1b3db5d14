"""A feed as Atom (RFC 4287), its pages linked (RFC 5005, section 3)."""

from __future__ import annotations

import io
import re
from typing import Any, cast
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from hub.env import env
from hub.site.feeds.reading import Feed, Item

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold (XML 1.0, section 2.2); a received title may."""


def write_atom(feed: Feed) -> bytes:
    """The feed's bytes, UTF-8."""
    writer = _Writer(
        title=clean(feed.title),
        link=feed.page,
        description=None,
        language=feed.language,
        feed_url=feed.address("atom", feed.this),
        feed_guid=feed.address("atom"),
        feed=feed,
    )
    for item in feed.items:
        writer.add_item(
            title=clean(item.wording.title),
            link=item.url,
            description=escape(clean(item.wording.summary)),
            unique_id=item.id,
            pubdate=item.published,
            updateddate=item.updated,
            item=item,
        )
    buffer = io.BytesIO()
    writer.write(buffer, "utf-8")
    return buffer.getvalue()


def clean(text: str) -> str:
    """The text without characters that no XML may hold."""
    return NOT_XML.sub("", text)


class _Writer(Atom1Feed):
    """Django's, with what it has no place for: further pages, several authors, names of topics."""

    def latest_post_date(self) -> Any:
        return cast(Feed, self.feed["feed"]).updated

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        feed = cast(Feed, self.feed["feed"])
        _link(handler, "first", feed.address("atom"))
        if feed.after:
            _link(handler, "next", feed.address("atom", feed.after))
        _link(handler, "alternate", feed.address("json"), type="application/feed+json")
        # Each entry has its authors, but those of an unknown key have none: then this one counts.
        _author(handler, f"Wissenshub {env.name}", env.origin)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": cast(Item, item["item"]).wording.tag}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        shown = cast(Item, item["item"])
        if shown.original:
            _link(handler, "via", shown.original)
        for address, name in shown.authors:
            _author(handler, clean(name), address)
        for code, name in shown.topics:
            attributes = {"term": clean(code), "scheme": f"{env.origin}/wissen/?thema", "label": clean(name)}
            handler.addQuickElement("category", "", attributes)
        kind = {"term": clean(shown.kind), "scheme": f"{env.origin}/wissen/?art", "label": shown.kind_name}
        handler.addQuickElement("category", "", kind)


def _link(handler: SimplerXMLGenerator, relation: str, address: str, **more: str) -> None:
    handler.addQuickElement("link", "", {"rel": relation, "href": address, **more})


def _author(handler: SimplerXMLGenerator, name: str, address: str) -> None:
    handler.startElement("author", AttributesImpl({}))
    handler.addQuickElement("name", name)
    handler.addQuickElement("uri", address)
    handler.endElement("author")
