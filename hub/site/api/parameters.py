"""What the API can be asked for, and what is refused."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BeforeValidator, Field

from hub.catalogue.publishing import published_by_any
from hub.documents import Viewer
from hub.instants import FIRST_YEAR, read_instant
from hub.municipalities.models import Body
from hub.site.api.problems import Fault, Refused, misread, unknown
from hub.site.cursors import decode_cursor
from hub.site.listing import Listing
from theme.topics import Vocabulary

DEFAULT_LIMIT, MOST = 50, 200
LARGEST = 2**63 - 1
FIRST = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
LANGUAGE_TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
TO_LISTING = {
    "kind": "art", "topic": "thema", "body": "kommune", "region": "region", "language": "sprache",
    "licence": "lizenz",
}  # fmt: skip
"""Our parameters by those of the list, whose filters are meant."""


def read_moment(value: Any) -> dt.datetime:
    """A time with its zone, or the beginning of a day here. A „+“ that became a blank is read as one."""
    text = str(value).strip().replace(" ", "+")
    return (
        max(_begin(read_day(text)), FIRST)
        if DAY.fullmatch(text)
        else read_instant(dt.datetime.fromisoformat(text))
    )


def read_day(value: Any) -> dt.date:
    """A day as YYYY-MM-DD."""
    if not DAY.fullmatch(str(value)):
        raise ValueError("not a day")
    day = dt.date.fromisoformat(str(value))
    read_instant(dt.datetime.combine(day, dt.time(), dt.UTC))
    return day


def _begin(day: dt.date) -> dt.datetime:
    """Midnight here."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


Moment = Annotated[dt.datetime, BeforeValidator(read_moment)]
Day = Annotated[dt.date, BeforeValidator(read_day)]
Language = Annotated[str, Field(pattern=LANGUAGE_TAG, max_length=40)]


class LanguageChoice(Schema):
    """In which language."""

    language: Language | None = Field(
        None, description="Tag of the language of texts, else that of Accept-Language, else German."
    )


class Paging(Schema):
    """How much at once, and from where."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MOST, description="How many at most.")
    cursor: str | None = Field(None, description="From an earlier answer; opaque.", max_length=200)


class RecordFilters(Paging):
    """Values of one parameter are alternatives; parameters narrow each other."""

    kind: list[str] = Field([], description="Codes of kinds, such as case_report, module, event.")
    topic: list[str] = Field([], description="Codes of topics; merged ones lead to the current ones.")
    body: list[str] = Field([], description="Official keys of bodies that published it, alone or jointly.")
    region: list[str] = Field([], description="Keys of districts or independent cities.")
    body_kind: list[Body.Kind] = Field([], description="Kinds of bodies that published it.")
    licence: list[str] = Field([], description="SPDX identifiers.")
    language: Language | None = Field(
        None, description="Only records that have texts in this language, shown in it."
    )
    changed_since: Moment | None = Field(
        None,
        description="Begin with what was changed since then, and tell under `withdrawn` what was withdrawn. "
        "With a cursor everything that changed or arrived here after it is told.",
    )
    event_from: Day | None = Field(None, description="Only events that end on this day or later.")
    event_to: Day | None = Field(None, description="Only events that begin on this day or earlier.")


class BodyFilters(Paging):
    """Of the directory."""

    kind: list[Body.Kind] = Field([], description="Kinds of bodies.")
    region: list[str] = Field([], description="Keys of districts: what lies in them.")


def refuse_unknown(request: HttpRequest, known: type[Schema] | None = None) -> None:
    """Raises :class:`Refused` for parameters that an address does not take."""
    names = list(known.model_fields) if known else []
    if faults := [unknown(name, names) for name in request.GET if name not in names]:
        raise Refused(*faults)


def read_cursor(cursor: str | None, kind: str) -> str | None:
    """What a cursor of that kind stands for; None where none was given.

    Raises :class:`Refused` for one that this hub has not made.
    """
    if not cursor:
        return None
    parts = decode_cursor(cursor, kind)
    if parts is None or len(parts) != 1:
        raise Refused(misread("cursor", cursor))
    return parts[0]


def read_position(cursor: str | None) -> int:
    """The position after which records are asked for; 0 for the beginning. Raises :class:`Refused`."""
    text = read_cursor(cursor, "records")
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST:
        raise Refused(misread("cursor", str(cursor)))
    return int(text)


def conditions_of(filters: RecordFilters, viewer: Viewer, vocabulary: Vocabulary) -> list[Q]:
    """What the filters ask for: those of the list, and what it does not have.

    A query for the directory where regions are asked for, one for kinds of bodies.
    Raises :class:`Refused`.
    """
    asked = QueryDict(mutable=True)
    for name, parameter in TO_LISTING.items():
        values = getattr(filters, name) or []
        asked.setlist(parameter, [values] if isinstance(values, str) else values)
    listing = Listing(asked, viewer, vocabulary)
    _refuse_left_out(asked, listing)
    found = list(listing.conditions.values())
    if filters.body_kind:
        keys = Body.objects.filter(kind__in=filters.body_kind).values_list("pk", flat=True)
        found.append(published_by_any(set(keys), viewer))
    return found + _event_conditions(filters)


def _refuse_left_out(asked: QueryDict, listing: Listing) -> None:
    kept = {each.name: values for each, values in listing.values.items()}
    faults = [
        misread(name, value)
        for name, parameter in TO_LISTING.items()
        for value in asked.getlist(parameter)
        if value not in kept[parameter]
    ]
    if faults:
        raise Refused(*faults)


def _event_conditions(filters: RecordFilters) -> list[Q]:
    first, last = filters.event_from, filters.event_to
    if first and last and last < first:
        raise Refused(
            Fault(parameter="event_to", detail=_("event_to lies before event_from. Exchange the two days."))
        )
    found = [Q(starts__isnull=False)] if first or last else []
    if first:
        found.append(Q(ends__gte=_begin(first)))
    if last:
        found.append(Q(starts__lt=_begin(last + dt.timedelta(days=1))))
    return found
