"""Documents as ActivityPub objects: an ``Article``, an ``Event`` (FEP-8a8e) or what is left of one.

Pure projections of an entry; nothing that is not in its public document.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from federation import multibase
from federation.activitypub import addresses
from federation.activitypub.contexts import OBJECT, PLAIN
from federation.activitypub.models import PublicObject
from federation.activitypub.wordings import content_of
from hub.catalogue.models import CatalogueEntry
from hub.documents import UNLISTED, Attachment, Audience, Document, Event
from hub.env import env
from hub.instants import localise
from theme.topics import Vocabulary

EVENT, ARTICLE, TOMBSTONE = "Event", "Article", "Tombstone"
STATUSES = {"tentative": "EventTentative", "confirmed": "EventScheduled", "cancelled": "EventCancelled"}
MOST_ATTACHMENTS = 30
SHA256 = b"\x12\x20"
"""How a multihash says that 32 bytes of SHA-256 follow."""
APART = re.compile(r"[\W_]+")


def can_be_announced(entry: CatalogueEntry) -> bool:
    """Whether it is an own contribution that everybody may read, by its audience and kind."""
    return entry.is_local and entry.audience == Audience.PUBLIC and entry.kind not in UNLISTED


def owner_of(entry: CatalogueEntry) -> str:
    """Whose actor publishes it: the first of its bodies, or the instance where it names none."""
    return entry.publishers[0] if entry.publishers else ""


def type_of(entry: CatalogueEntry) -> str:
    """What it is in ActivityPub's words."""
    return EVENT if entry.kind == "event" else ARTICLE


def timestamp(moment: dt.datetime) -> str:
    """RFC 3339 in UTC, in whole seconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def build_object(entry: CatalogueEntry, known: PublicObject, vocabulary: Vocabulary) -> dict[str, Any]:
    """The object of a live entry, without its context. No query.

    Raises :class:`hub.errors.UnreadableDocument` for a document of a newer schema.
    """
    document = entry.document
    language = document.facts_language
    address = env.origin + entry.get_absolute_url()
    contents = {tag: content_of(document, tag, address) for tag in document.texts}
    owner = owner_of(entry)
    built: dict[str, Any] = {
        "id": addresses.object_address(entry.uuid, known.life),
        "type": type_of(entry),
        "attributedTo": addresses.actor(owner),
        "name": document.texts[language].title,
        "nameMap": {tag: text.title for tag, text in document.texts.items()},
        "content": contents[language],
        "contentMap": contents,
        "mediaType": "text/html",
        "url": address,
        "published": timestamp(known.published),
        "updated": timestamp(known.updated),
        "tag": list(_tags(entry, vocabulary)),
        "attachment": [_attached(document, each) for each in _attachments(document)],
        "to": [addresses.PUBLIC],
        "cc": audience_of(owner),
    }
    if picture := document.attachment(document.picture):
        built["image"] = _attached(document, picture)
    if document.event and built["type"] == EVENT:
        built |= _event(document.event, entry)
    return built


def with_context(built: dict[str, Any]) -> dict[str, Any]:
    """An object as it stands alone at its address."""
    return {"@context": PLAIN if built["type"] == TOMBSTONE else OBJECT, **built}


def tombstone(known: PublicObject, life: int, entry: CatalogueEntry) -> dict[str, Any]:
    """What is left of a withdrawn object (FEP-4f05), without its context."""
    return {
        "id": addresses.object_address(known.uuid, life),
        "type": TOMBSTONE,
        "formerType": type_of(entry),
        "deleted": timestamp(known.updated),
    }


def audience_of(owner: str) -> list[str]:
    """Besides everybody: those who follow its owner or the instance."""
    return list(dict.fromkeys([addresses.followers(owner), addresses.followers("")]))


def _tags(entry: CatalogueEntry, vocabulary: Vocabulary) -> Iterator[dict[str, str]]:
    for code in entry.topics:
        words = APART.split(vocabulary.name(code))
        name = "".join(word[:1].upper() + word[1:] for word in words)
        if name:
            yield {"type": "Hashtag", "name": f"#{name}", "href": f"{env.origin}/wissen/?thema={code}"}


def _attachments(document: Document) -> tuple[Attachment, ...]:
    return document.attachments[:MOST_ATTACHMENTS]


def _attached(document: Document, attachment: Attachment) -> dict[str, str]:
    """A file or picture as a link, with a digest of its bytes; what is sent with it is its description."""
    digest = SHA256 + bytes.fromhex(attachment.digest.removeprefix("sha256:"))
    return {
        "type": "Image" if attachment.media_type.startswith("image/") else "Document",
        "mediaType": attachment.media_type,
        "url": attachment.url,
        "name": _description(document, attachment) or attachment.title or attachment.name,
        "digestMultibase": multibase.encode(digest),
    }


def _description(document: Document, attachment: Attachment) -> str:
    """The alternative text of a picture."""
    blocks = document.texts[document.facts_language].blocks()
    return next((block.text for _, block in blocks if block.digest == attachment.digest), "")


def _event(event: Event, entry: CatalogueEntry) -> dict[str, Any]:
    """What an event has besides: FEP-8a8e. People register on its page; ``Join`` is not answered."""
    actors = [addresses.actor(key) for key in entry.publishers] or [addresses.actor("")]
    facts: dict[str, Any] = {
        "startTime": localise(event.starts, event.timezone).isoformat(),
        "endTime": localise(event.ends, event.timezone).isoformat(),
        "timezone": event.timezone,
        "organizers": {"type": "Collection", "totalItems": len(actors), "items": actors},
        "joinMode": "external" if event.registration_url else "none",
    }
    if event.status in STATUSES:
        facts["eventStatus"] = STATUSES[event.status]
    if event.registration_url:
        facts["externalParticipationUrl"] = event.registration_url
    if places := list(_places(event)):
        facts["location"] = places[0] if len(places) == 1 else places
    return facts


def _places(event: Event) -> Iterator[dict[str, str]]:
    if event.location or event.address:
        place = {"type": "Place", "name": event.location or event.address}
        yield place | {"address": event.address} if event.address else place
    if event.online_url:
        yield {"type": "VirtualLocation", "name": event.online_url, "url": event.online_url}
