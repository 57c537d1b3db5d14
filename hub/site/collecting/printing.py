"""A collection as one PDF: asked for by a reader, made by the worker, kept for a day."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator

import structlog
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.conf import settings
from django.core.files.base import File
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry
from hub.documents import DEFAULT_LANGUAGE, Audience, Viewer
from hub.errors import Overloaded, UnreadableDocument
from hub.files.storage import content_storage
from hub.site.collecting.chosen import Chosen, find_records
from hub.site.collecting.models import PrintedCollection, PrintState
from hub.site.collecting.rationing import Sender
from hub.site.context import INSTANCE
from hub.site.exports.pictures import StoredPictures
from hub.site.exports.rendering import paper_html
from theme.bodies import BodyDirectory
from theme.pdf import LARGEST_PAGE, make_pdf

logger = structlog.get_logger("hub.collecting")

KEPT = dt.timedelta(days=1)
PATIENCE = dt.timedelta(hours=1)
MOST_WAITING = 20
LARGEST_COLLECTION = 2 * LARGEST_PAGE
"""Characters of all pages: the worker has other things to do as well. What goes beyond is left out."""

MOST_KEPT = 500
"""Finished ones; beyond that the oldest go before their day is over."""
FRESH = KEPT - dt.timedelta(hours=1)
"""How old one may be that is shown to somebody who asks for the same: it is to stay for a while."""
SALT = "hub.site.collecting.print"
TEMPLATE = "site/collecting/printed.html"


def order_print(
    chosen: Chosen, viewer: Viewer, language: str, sender: Sender | None = None
) -> tuple[PrintedCollection, bool]:
    """The collection to be printed, and whether it has to be made: the same is not made twice in a day.

    The same is what holds the same records, unchanged. Raises :class:`Overloaded` when too many wait already,
    and :class:`hub.site.collecting.rationing.TooMany` when the sender has asked for too many.
    """
    wanted = {
        "title": chosen.title,
        "records": list(chosen.records),
        "audiences": sorted(viewer.audiences),
        "language": language,
    }
    key = _key_of(chosen, viewer, language)
    same = PrintedCollection.objects.filter(pk=key).first()
    if same is not None and (same.state == PrintState.WAITING or _is_here(same)):
        return same, False
    if PrintedCollection.objects.filter(state=PrintState.WAITING).count() >= MOST_WAITING:
        raise Overloaded("too many collections wait to be printed")
    if sender is not None:
        sender.ask_for(key)
    _make_room()
    anew = {"state": PrintState.WAITING, "done": 0, "digest": "", "created": timezone.now()}
    return PrintedCollection.objects.update_or_create(pk=key, defaults={**wanted, **anew})[0], True


def find_print(key: uuid.UUID, viewer: Viewer) -> PrintedCollection | None:
    """The collection of that key, for whoever may read as much as the one who asked for it."""
    found = PrintedCollection.objects.filter(pk=key).first()
    readable = found is not None and all(viewer.may_read(audience) for audience in found.audiences)
    return found if readable else None


def print_collection(printed: PrintedCollection) -> None:
    """Make the PDF and store it. Whatever goes wrong is logged, and the reader is told that it has failed."""
    try:
        content = make_pdf(*_collate(printed))
        printed.digest = _store(printed, content)
        printed.state = PrintState.READY
    except Exception:
        logger.exception("a collection could not be printed", key=str(printed.pk))
        printed.state = PrintState.FAILED
    printed.save(update_fields=["digest", "state"])


def open_print(printed: PrintedCollection) -> File[bytes]:
    """The finished file. Raises FileNotFoundError where it is gone."""
    return content_storage().open(_name(printed))


def clear_prints(now: dt.datetime) -> int:
    """Delete what is older than a day, and give up what nobody has made within an hour; returns the first."""
    old = list(PrintedCollection.objects.filter(created__lt=now - KEPT))
    for printed in old:
        _delete(printed)
    late = PrintedCollection.objects.filter(state=PrintState.WAITING, created__lt=now - PATIENCE)
    late.update(state=PrintState.FAILED)
    return len(old)


def _key_of(chosen: Chosen, viewer: Viewer, language: str) -> uuid.UUID:
    """A key that nobody guesses, the same for the same list as long as none of its records changes."""
    found = find_records(chosen.records, viewer)
    states = [(str(key), entry.pk, entry.digest, entry.position) for key, entry in found.items()]
    said = json.dumps([chosen.title, states, sorted(viewer.audiences), language])
    return uuid.UUID(bytes=salted_hmac(SALT, said, algorithm="sha256").digest()[:16])


def _is_here(printed: PrintedCollection) -> bool:
    """Whether it is finished and stays long enough to be shown to somebody else."""
    is_fresh = printed.state == PrintState.READY and printed.created > timezone.now() - FRESH
    return is_fresh and content_storage().exists(_name(printed))


def _make_room() -> None:
    """Delete the oldest finished ones that leave no room for another."""
    finished = PrintedCollection.objects.exclude(state=PrintState.WAITING).order_by("-created", "pk")
    for printed in finished[MOST_KEPT - 1 :]:
        _delete(printed)


def _delete(printed: PrintedCollection) -> None:
    if printed.state == PrintState.READY:
        content_storage().delete(_name(printed))
    printed.delete()


def _collate(printed: PrintedCollection) -> tuple[str, StoredPictures]:
    """The pages of all records behind a title and the contents."""
    viewer = Viewer(audiences=frozenset(map(Audience, printed.audiences)))
    found, left_out, articles, length = [], [], [], 0
    for number, key in enumerate(printed.records, 1):
        entry = find_entry(key, viewer)
        article = _article(entry, viewer, printed.language, number) if entry else None
        size = len(str(article))
        if entry is None or article is None or size > LARGEST_PAGE or length + size > LARGEST_COLLECTION:
            left_out.append(str(key))
        else:
            length += size
            found.append(entry)
            articles.append(article)
        PrintedCollection.objects.filter(pk=printed.pk).update(done=number)
    spoken = printed.language if printed.language in dict(settings.INTERFACE_LANGUAGES) else DEFAULT_LANGUAGE
    context = {
        "printed": printed,
        "records": list(_contents(found, articles)),
        "publishers": _publishers(found),
        "left_out": left_out,
        "demo": any("data-demo" in article.attrs for article in articles),
        "today": timezone.localdate(),
        "instance": INSTANCE,
    }
    with translation.override(spoken):
        page = render_to_string(TEMPLATE, context)
    return page.replace("<!-- records -->", "".join(map(str, articles))), StoredPictures(found)


def _article(entry: CatalogueEntry, viewer: Viewer, language: str, number: int) -> Tag | None:
    """The record's part of its page, with anchors of its own; None where this version cannot read it."""
    try:
        page = BeautifulSoup(paper_html(entry, viewer, language), "html.parser")
    except UnreadableDocument:
        return None
    article = page.select_one("article.record")
    if article is None:
        raise ValueError(f"the page of {entry.object_id} for paper holds no record")
    for each in page.find_all(id=True):
        each["id"] = f"r{number}-{each['id']}"
    for link in article.select('a[href^="#"]'):
        link["href"] = f"#r{number}-{str(link['href'])[1:]}"
    for named in article.select("[aria-labelledby], [aria-describedby]"):
        named.attrs.pop("aria-labelledby", None)
        named.attrs.pop("aria-describedby", None)
    return article


def _contents(found: list[CatalogueEntry], articles: list[Tag]) -> Iterator[tuple[CatalogueEntry, str, str]]:
    for entry, article in zip(found, articles, strict=True):
        heading = article.find("h1")
        yield entry, heading.get_text(" ", strip=True) if heading else entry.title, str(article["id"])


def _publishers(found: list[CatalogueEntry]) -> list[str]:
    names = BodyDirectory()
    keys = dict.fromkeys(key for entry in found for key in entry.publishers)
    names.know(keys)
    return [names.name(key) for key in keys]


def _store(printed: PrintedCollection, content: bytes) -> str:
    storage = content_storage()
    with storage.quarantine() as incoming:
        incoming.write(content)
        storage.adopt(incoming, _name(printed))
        return incoming.digest


def _name(printed: PrintedCollection) -> str:
    return f"printed/{printed.pk}.pdf"
