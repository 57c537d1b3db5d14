"""Brings the bodies held here into step with a directory, and says what changed.

Nothing is ever deleted: what a newer directory no longer lists stays with the day it was dissolved and,
where the table of successors names one, its successor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hub.errors import RefusedDirectory, UnreadableDirectory
from hub.municipalities import gv100ad
from hub.municipalities.facts import (
    PUBLISHER,
    Facts,
    Place,
    Stamp,
    default_population_date,
    facts_of,
    source_text,
)
from hub.municipalities.models import Body
from hub.municipalities.summary import Change, Summary
from hub.municipalities.tables import Succession

# What a reader sees change; the other fields say where that is from.
FACTS = (
    "name", "kind", "population", "area_ha", "latitude", "longitude", "seat", "postcode",
    "district_id", "association_id", "dissolved", "successor_id",
)  # fmt: skip
STAMPS = ("population_date", "source", "as_of")
WRITTEN = [name.removesuffix("_id") for name in (*FACTS, *STAMPS)] + ["search_name"]
BATCH = 1000
DISSOLVING_SHARE = 0.05
LOCK = 7_100_100  # any number no other advisory lock of the project has


@dataclass(frozen=True, slots=True)
class Extras:
    """What comes along with a directory. ``states`` are two-digit codes; empty means all in the file."""

    states: frozenset[str] = frozenset()
    places: Mapping[str, Place] = field(default_factory=dict)
    place_source: str = ""
    successions: Mapping[str, Succession] = field(default_factory=dict)
    population_date: dt.date | None = None
    allow_older: bool = False
    allow_dissolving: bool = False


@transaction.atomic
def import_directory(directory: gv100ad.Directory, extras: Extras) -> Summary:
    """Apply the official directory to the bodies of the states asked for.

    The population is of 31 December of the year before the territorial status unless ``extras`` says
    otherwise. Bodies outside these states are left alone. Raises ``RefusedDirectory`` for a directory
    older than what is held or one that would dissolve more than 5 % of a state's bodies, and
    ``UnreadableDirectory`` for a state or successor that is unknown; nothing is changed then.
    """
    states = extras.states or frozenset(directory.states)
    for state in sorted(states - directory.states.keys()):
        raise UnreadableDirectory(_("the file holds no state %(state)s") % {"state": state})
    _lock()
    held = {body.key: body for body in _official_bodies(states)}
    if not extras.allow_older:
        _refuse_older(held.values(), directory.as_of)
    population_date = extras.population_date or default_population_date(directory.as_of)
    stamp = Stamp(source_text(directory.as_of), directory.as_of, population_date)
    facts = facts_of(directory, states, _known_places(held.values()) | dict(extras.places), stamp)
    facts = [_name_source(each, held.get(each.key), extras.place_source) for each in facts]
    listed = {each.key for each in facts}
    vanished = [body for key, body in held.items() if key not in listed]
    if not extras.allow_dissolving:
        _refuse_dissolving(held.values(), [body for body in vanished if not body.dissolved])
    summary = Summary()
    written = _apply(facts, held, summary)
    successors = Successors(extras.successions, held.keys() | listed, states)
    written += _dissolve(vanished, directory.as_of, successors, summary)
    _write(summary.added, written)
    return summary


@transaction.atomic
def add_facts(facts: Iterable[Facts]) -> Summary:
    """Add bodies that are not held and renew those held of an earlier day; the others stay.

    It dissolves nothing and revives nothing.
    """
    _lock()
    offered = {each.key: each for each in facts}
    held = Body.objects.in_bulk(list(offered))
    summary = Summary()
    news = []
    for key, each in offered.items():
        body = held.get(key)
        if body is None or (not body.dissolved and (body.as_of is None or body.as_of < each.as_of)):
            news.append(each)
        else:
            summary.unchanged.append(body)
    _write(summary.added, _apply(news, held, summary))
    return summary


def refresh_search_names() -> int:
    """Bring the search names of bodies that were written past ``save()`` into step; returns how many."""
    stale = []
    for body in Body.objects.only("key", "name", "search_name"):
        before = body.search_name
        if body.fill_search_name().search_name != before:
            stale.append(body)
    return Body.objects.bulk_update(stale, ["search_name"], batch_size=BATCH)


class Successors:
    """Who succeeds a body that is gone, as far as it is known here."""

    def __init__(
        self, successions: Mapping[str, Succession], known: Collection[str], states: Collection[str]
    ) -> None:
        self._successions = successions
        self._known = known
        self._states = states

    def find(self, key: str) -> Succession | None:
        """The succession of ``key``, to the first in the chain who is known; None if none is.

        Raises ``UnreadableDirectory`` for one of the imported states that no directory lists.
        """
        first = step = self._successions.get(key)
        while step is not None and step.new not in self._known:
            onward = self._successions.get(step.new)
            if onward is None and step.new[:2] in self._states:
                raise UnreadableDirectory(
                    _("the successor %(key)s is neither in the directory nor known here") % {"key": step.new},
                    step.line,
                )
            step = onward
        return replace(first, new=step.new) if first and step else None


def _lock() -> None:
    """One at a time: two that add the same bodies would get into each other's way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _official_bodies(states: Collection[str]) -> QuerySet[Body]:
    of_these = Q(key__regex=rf"^({'|'.join(sorted(states))})(\d{{3}}|\d{{6,7}})$")
    return Body.objects.filter(of_these).select_for_update()


def _known_places(bodies: Iterable[Body]) -> dict[str, Place]:
    return {
        body.key: Place(body.latitude, body.longitude)
        for body in bodies
        if body.latitude is not None and body.longitude is not None
    }


def _refuse_older(held: Iterable[Body], as_of: dt.date) -> None:
    days = [body.as_of for body in held if body.as_of and body.source.startswith(PUBLISHER)]
    if days and max(days) > as_of:
        raise RefusedDirectory(
            _(
                "the directory is of %(found)s, older than the one held, of %(held)s. "
                "Use --allow-older to go back."
            )
            % {"found": f"{as_of:%d.%m.%Y}", "held": f"{max(days):%d.%m.%Y}"}
        )


def _refuse_dissolving(held: Iterable[Body], vanished: Collection[Body]) -> None:
    current = [body for body in held if not body.dissolved]
    for state in sorted({body.key[:2] for body in vanished}):
        total = sum(body.key.startswith(state) for body in current)
        gone = sum(body.key.startswith(state) for body in vanished)
        if gone > total * DISSOLVING_SHARE:
            raise RefusedDirectory(
                _(
                    "%(gone)d of %(total)d bodies of state %(state)s are not in the file, more than 5 %%: "
                    "it is probably not whole. Use --allow-dissolving if it is right."
                )
                % {"gone": gone, "total": total, "state": state}
            )


def _name_source(facts: Facts, body: Body | None, place_source: str) -> Facts:
    """Say where the place is from: the new table, else what was said when it came."""
    if facts.place is None:
        place_source = ""
    elif not place_source and body is not None:
        place_source = body.source.partition("; Lage: ")[2].partition("; ")[0]
    return replace(facts, source=source_text(facts.as_of, place_source))


def _apply(facts: Iterable[Facts], held: Mapping[str, Body], summary: Summary) -> list[Body]:
    """Sort the facts into the summary; returns the held bodies that have to be written."""
    written = []
    for each in facts:
        body = held.get(each.key)
        is_new = body is None
        body = body or Body(key=each.key)
        before = {name: getattr(body, name) for name in (*FACTS, *STAMPS)}
        _assign(body, each)
        differing = [name for name, value in before.items() if getattr(body, name) != value]
        if is_new:
            summary.added.append(body)
        else:
            _sort_in(body, before["dissolved"] is not None, differing, summary)
        if differing and not is_new:
            written.append(body)
        if body.latitude is None:
            summary.without_place.append(body)
    return written


def _sort_in(body: Body, was_dissolved: bool, differing: Collection[str], summary: Summary) -> None:
    fields = tuple(name for name in FACTS if name in differing)
    if was_dissolved:
        summary.revived.append(body)
    elif fields:
        summary.changed.append(Change(body, fields))
    elif differing:
        summary.confirmed.append(body)
    else:
        summary.unchanged.append(body)


def _assign(body: Body, facts: Facts) -> None:
    """Give the body these facts; what is unknown leaves standing what is held."""
    body.name, body.kind = facts.name, facts.kind
    body.seat, body.postcode = facts.seat, facts.postcode
    if facts.district is not None:
        body.district_id = facts.district or None
    if facts.association is not None:
        body.association_id = facts.association or None
    body.source, body.as_of = facts.source, facts.as_of
    body.dissolved = body.successor_id = None
    if facts.population is not None:
        body.population, body.population_date = facts.population, facts.population_date
    if facts.area_ha is not None:
        body.area_ha = facts.area_ha
    if facts.place is not None:
        body.latitude, body.longitude = facts.place


def _dissolve(
    vanished: Iterable[Body], as_of: dt.date, successors: Successors, summary: Summary
) -> list[Body]:
    """Mark what is gone; those marked before get a successor that is named only now."""
    written = []
    for body in vanished:
        succession = successors.find(body.key)
        if not body.dissolved:
            body.dissolved = succession.date if succession else as_of
            body.successor_id = succession.new if succession else None
            summary.dissolved.append(body)
        elif succession and body.successor_id is None:
            body.successor_id = succession.new
            summary.changed.append(Change(body, ("successor_id",)))
        else:
            continue
        written.append(body)
    return written


def _write(added: list[Body], written: list[Body]) -> None:
    Body.objects.bulk_create(added, batch_size=BATCH)
    if written:
        Body.objects.bulk_create(
            written, batch_size=BATCH, update_conflicts=True, unique_fields=["key"], update_fields=WRITTEN
        )
    refresh_search_names()
