"""What a feed holds: a page of the list of contributions, as everybody may read it.

A feed takes the parameters of the list and reads them as the list does. It is the same for everybody,
so that caches may share it: only what is public, in the language that the address names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from hub.catalogue.models import CatalogueEntry
from hub.documents import DEFAULT_LANGUAGE, Viewer
from hub.env import env
from hub.instants import read_instant
from hub.site.cursors import decode_cursor, encode_cursor
from hub.site.listing import Listing
from hub.site.listing.filters import BODY, LANGUAGE, REGION, TOPIC, Filter
from hub.site.queries import contributions
from hub.site.wordings import Wording, choose_wordings
from theme.bodies import BodyDirectory
from theme.labels import KINDS, label
from theme.topics import Vocabulary, read_vocabulary

PER_FEED = 50
BEFORE = "vor"
"""The parameter that says after which entry a further page begins."""
CURSOR = "feed"
SHARED = "public, max-age=60"
"""Everybody gets the same, and what is withdrawn leaves caches within a minute, as files do."""
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Item:
    """An entry as a feed shows it: ``authors`` are addresses and names of bodies, ``topics`` codes and
    names; ``original`` is its address at its origin, empty for what was written here."""

    id: str
    url: str
    original: str
    wording: Wording
    published: dt.datetime
    updated: dt.datetime
    authors: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]
    kind: str
    kind_name: str


@dataclass(frozen=True)
class Feed:
    """A page of a feed. Addresses are whole; ``after`` is the query string of the next page, or empty."""

    title: str
    language: str
    query: str
    this: str
    after: str
    items: tuple[Item, ...]

    @property
    def page(self) -> str:
        """The list of the same contributions, for people."""
        return f"{env.origin}/wissen/{'?' if self.query else ''}{self.query}"

    @property
    def updated(self) -> dt.datetime:
        """When the newest of its entries was changed."""
        return max((item.updated for item in self.items), default=NEVER)

    def address(self, form: str, query: str | None = None) -> str:
        """Where this feed stands in a form; ``query`` for another page of it."""
        return feed_address(form, self.query if query is None else query)


def feed_address(form: str, query: str = "") -> str:
    """The whole address of the feed with that query string, in ``atom`` or ``json``."""
    return f"{env.origin}/feeds/wissen.{form}{'?' if query else ''}{query}"


def feed_query(params: QueryDict) -> str:
    """The query string of a feed from the parameters of a list: how that is sorted does not count."""
    kept = params.copy()
    kept.pop("sortierung", None)
    return kept.urlencode()


def language_of(params: QueryDict) -> str:
    """The language of the feed itself: that of the texts asked for, where the interface speaks it."""
    return interface_of(LANGUAGE.clean(params.getlist(LANGUAGE.name)))


def interface_of(tags: Sequence[str]) -> str:
    """The language of the interface that goes with texts in the first of these languages."""
    base = tags[0].split("-")[0] if tags else DEFAULT_LANGUAGE
    return base if base in dict(settings.INTERFACE_LANGUAGES) else DEFAULT_LANGUAGE


def read_feed(params: QueryDict) -> Feed:
    """The page of the feed that the parameters ask for, the newest first.

    Three queries (topics, entries, their bodies), one more for regions or sizes, for part of a name,
    and for texts in another language than the first. What cannot be meant is left out, as in the list.
    """
    with translation.override(language_of(params)):
        vocabulary = read_vocabulary()
        listing = Listing(params, Viewer.anonymous(), vocabulary)
        place = _place_of(params)
        found = _read_entries(listing, place)
        shown = found[:PER_FEED]
        query = feed_query(listing.params)
        after = _query_after(query, shown[-1]) if len(found) > PER_FEED else ""
        this = _with(query, params.get(BEFORE, "")) if place else query
        wanted = listing.values[LANGUAGE]
        return Feed(
            title=f"Wissenshub {env.name}: {_describe(listing)}",
            language=language_of(params),
            query=query,
            this=this,
            after=after,
            items=tuple(read_items(shown, wanted, vocabulary)),
        )


def _read_entries(listing: Listing, place: Q | None) -> list[CatalogueEntry]:
    """One more than a page holds, so that it is known whether another follows."""
    found = contributions(listing.viewer).filter(*listing.conditions.values())
    if place is not None:
        found = found.filter(place)
    return list(found.order_by("-changed", "pk")[: PER_FEED + 1])


def read_items(
    found: Sequence[CatalogueEntry], wanted: Sequence[str], vocabulary: Vocabulary
) -> Iterable[Item]:
    """Entries as feeds show them, in the first of the wanted languages that each has; one query, one more
    for texts in another language than the first."""
    wordings = choose_wordings(found, wanted)
    bodies = BodyDirectory()
    bodies.know(key for entry in found for key in entry.publishers)
    for entry in found:
        yield Item(
            id=entry.object_id,
            url=f"{env.origin}{entry.get_absolute_url()}",
            original="" if entry.is_local else entry.object_id,
            wording=wordings[entry.pk],
            published=entry.first_published,
            updated=entry.changed,
            authors=tuple(
                (f"{env.origin}/kommunen/{key}/", bodies.name(key)) for key in entry.publishers if key
            ),
            topics=tuple((code, vocabulary.name(code)) for code in entry.topics),
            kind=entry.kind,
            kind_name=label(KINDS, entry.kind),
        )


def _place_of(params: QueryDict) -> Q | None:
    """What comes after the entry that the address names; None for the first page."""
    parts = decode_cursor(params.get(BEFORE, ""), CURSOR)
    if parts is None or len(parts) != 2 or not parts[1].isdecimal() or len(parts[1]) > 18:
        return None
    try:
        changed = read_instant(dt.datetime.fromisoformat(parts[0]))
    except ValueError:
        return None
    return Q(changed__lt=changed) | Q(changed=changed, pk__gt=int(parts[1]))


def _query_after(query: str, last: CatalogueEntry) -> str:
    return _with(query, encode_cursor(CURSOR, last.changed.isoformat(), str(last.pk)))


def _with(query: str, cursor: str) -> str:
    return f"{query}{'&' if query else ''}{BEFORE}={cursor}"


def _describe(listing: Listing) -> str:
    """What the filters ask for, in words."""
    names = [
        _name(listing, each, value)
        for each, values in listing.values.items()
        if each is not LANGUAGE
        for value in values
    ]
    if listing.place:
        names.append(f"„{listing.place}“")
    return ", ".join(names) or _("all contributions")


def _name(listing: Listing, each: Filter, value: str) -> str:
    if each is TOPIC:
        return listing.vocabulary.name(value)
    if each in (REGION, BODY):
        return label(listing.bodies.names, value)
    return label(each.labels, value)
