"""What is new in the catalogue for everybody, read once for all who get a digest.

What is new is told by positions in the log, not by times: what a hub that was away for a month sends
late, and what a new hub brings, is new here. Only what anybody may read is read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from content.statements.queries import statements_about
from content.statements.said import Adopter
from hub.catalogue.dates import next_span
from hub.catalogue.models import CatalogueEntry, Change, ChangeType
from hub.catalogue.publishing import all_publishers
from hub.catalogue.queries import cards, entries, newest_position
from hub.documents import Viewer
from hub.errors import UnreadableDocument
from hub.site.digest.wishes import EVENT, Wish, bodies_of
from hub.site.listing.bodies import Bodies
from hub.site.queries import contributions, upcoming_events
from theme.topics import Vocabulary, read_vocabulary

MOST_READ = 2000
"""How many new entries are looked at: what a hub brings that joins with more is in the list."""

MOST_EVENTS = 300
AHEAD = {"weekly": dt.timedelta(days=21), "monthly": dt.timedelta(days=45)}
"""How far events lie ahead that are told again though they are not new."""

EVERYBODY = Viewer.anonymous()


@dataclass(frozen=True)
class Item:
    """A contribution that is new, or of which ``version`` is."""

    entry: CatalogueEntry
    keys: tuple[str, ...]
    version: str = ""


@dataclass(frozen=True)
class Use:
    """Bodies that have begun to use a contribution."""

    entry: CatalogueEntry
    keys: tuple[str, ...]
    users: tuple[str, ...]


@dataclass(frozen=True)
class Picked:
    """What is new for one wish, newest first; ``events`` to tell, the new ones among them, next first."""

    items: Sequence[Item] = ()
    new_events: Sequence[Item] = ()
    events: Sequence[Item] = ()
    uses: Sequence[Use] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new; events known before are told beside news alone."""
        return not (self.items or self.new_events or self.uses)


class News:
    """What came after position ``since``, up to :attr:`position`. Nine queries at most, whoever asks."""

    def __init__(self, since: int, now: dt.datetime) -> None:
        self.since, self.now = since, now
        self.position = newest_position()
        self._meant: dict[tuple[str, ...], frozenset[str]] = {}

    @cached_property
    def bodies(self) -> Bodies:
        """All bodies; one query."""
        return Bodies()

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of bodies by their keys."""
        return self.bodies.names

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The topics in the language of whoever begins; one query."""
        return read_vocabulary()

    def pick(self, wish: Wish, since: int) -> Picked:
        """What is new after ``since`` for somebody's wish. No query after the first time."""
        events = [item for item in self._events if self._fits(item.entry, item.keys, wish)]
        return Picked(
            items=list(self._pick_items(wish, since)),
            new_events=[item for item in events if self._is_new(item.entry, since)],
            events=[
                item
                for item in events
                if self._is_new(item.entry, since) or self._is_soon(item.entry, wish.rhythm)
            ],
            uses=list(self._pick_uses(wish, since)),
        )

    def _pick_items(self, wish: Wish, since: int) -> Iterator[Item]:
        for item in self._items:
            if item.entry.position <= since or not self._fits(item.entry, item.keys, wish):
                continue
            if self._is_new(item.entry, since):
                yield item
            elif version := self._new_version(item.entry, since):
                yield Item(item.entry, item.keys, version)

    def _pick_uses(self, wish: Wish, since: int) -> Iterator[Use]:
        for target, adopters in self._uses:
            users = tuple(each.body for each in adopters if self._is_new(each.entry, since))
            if not users or not wish.takes_kind(target.kind) or not self._is_on_topic(target, wish):
                continue
            meant = self._meant_by(wish.regions)
            if not wish.regions or meant.intersection((*users, *target.publishers)):
                yield Use(target, tuple(target.publishers), users)

    def _fits(self, entry: CatalogueEntry, keys: Iterable[str], wish: Wish) -> bool:
        if not wish.takes_kind(entry.kind) or not self._is_on_topic(entry, wish):
            return False
        return not wish.regions or not self._meant_by(wish.regions).isdisjoint(keys)

    def _is_on_topic(self, entry: CatalogueEntry, wish: Wish) -> bool:
        wanted = self.vocabulary.current(list(wish.topics))
        return not wanted or not set(wanted).isdisjoint(entry.topics)

    def _meant_by(self, regions: tuple[str, ...]) -> frozenset[str]:
        if regions not in self._meant:
            self._meant[regions] = bodies_of(regions, self.bodies)
        return self._meant[regions]

    def _is_new(self, entry: CatalogueEntry, since: int) -> bool:
        """Whether it came after that position: nothing earlier was published under its id."""
        known = any(position <= since for position, _day in self._published[entry.object_id])
        return entry.position > since and not known

    def _is_soon(self, entry: CatalogueEntry, rhythm: str) -> bool:
        """Whether its next date is so near that it is told again."""
        span = next_span(entry, self.now)
        return span is not None and span.starts < self.now + AHEAD[rhythm]

    def _new_version(self, entry: CatalogueEntry, since: int) -> str:
        """The version that was released after the last revision known at that position."""
        released = self._releases.get(entry.pk)
        days = [day for position, day in self._published[entry.object_id] if position <= since]
        return released[0] if released and days and released[1] > max(days) else ""

    @cached_property
    def _items(self) -> list[Item]:
        """Contributions that changed, newest first, without events; one query."""
        found = contributions(EVERYBODY).filter(position__gt=self.since, position__lte=self.position)
        return _read(found.exclude(kind=EVENT).order_by("-position"), MOST_READ)

    @cached_property
    def _events(self) -> list[Item]:
        """Events to come, next first; one query."""
        found = upcoming_events(EVERYBODY, self.now).filter(position__lte=self.position)
        return _read(found, MOST_EVENTS)

    @cached_property
    def _statements(self) -> list[CatalogueEntry]:
        """Adoptions that were said or confirmed; one query."""
        found = cards(EVERYBODY).filter(kind="adoption", position__gt=self.since)
        return list(found.filter(position__lte=self.position).order_by("-position")[:MOST_READ])

    @cached_property
    def _uses(self) -> list[tuple[CatalogueEntry, list[Adopter]]]:
        """What is used, with those that use it today and said so anew; two queries."""
        changed = {entry.pk for entry in self._statements}
        about = {entry.about for entry in self._statements}
        if not about:
            return []
        said = statements_about(about, EVERYBODY)
        targets = cards(EVERYBODY).filter(object_id__in=about).order_by("title", "pk")
        found = [
            (
                target,
                [
                    each
                    for each in said[target.object_id].adoptions
                    if each.is_current and each.entry.pk in changed
                ],
            )
            for target in targets
            if target.object_id in said
        ]
        return [pair for pair in found if pair[1]]

    @cached_property
    def _published(self) -> dict[str, list[tuple[int, dt.date]]]:
        """Positions and days at which each of these was published; one query."""
        about = [item.entry.object_id for item in (*self._items, *self._events)]
        about += [entry.object_id for entry in self._statements]
        rows = Change.objects.filter(object_id__in=about, type=ChangeType.PUBLISH)
        found: dict[str, list[tuple[int, dt.date]]] = defaultdict(list)
        for object_id, position, created in rows.values_list("object_id", "position", "created"):
            found[object_id].append((position, created.date()))
        return found

    @cached_property
    def _releases(self) -> dict[int, tuple[str, dt.date]]:
        """Version and day of the current release, by the module's row; one query."""
        known = [
            item.entry.pk
            for item in self._items
            if item.entry.kind == "module" and len(self._published[item.entry.object_id]) > 1
        ]
        return dict(_released(entries(EVERYBODY).filter(pk__in=known))) if known else {}


def _read(found: QuerySet[CatalogueEntry], most: int) -> list[Item]:
    rows = found.annotate(all_keys=all_publishers(EVERYBODY))[:most]
    return [Item(entry, tuple(entry.all_keys)) for entry in rows]


def _released(rows: Iterable[CatalogueEntry]) -> Iterator[tuple[int, tuple[str, dt.date]]]:
    for entry in rows:
        try:
            module = entry.document.module
        except UnreadableDocument:
            continue
        if module and module.version and module.released:
            yield entry.pk, (module.version, module.released)
