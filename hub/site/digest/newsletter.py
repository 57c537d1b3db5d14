"""A ready text for a newsletter, such as the Städtetag's, from what anybody may read in the catalogue.

The sentences are put together from facts, nothing is made up and nothing is said to be unknown: what is
not known is left out. The same records give the same text.

Its German stands in the code, not in a catalogue: the text is German whatever language the site is read in,
and articles, cases and numbers of German sentences are put together here, which no translation of single
strings can do.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import translation

from content.statements.queries import count_adoptions
from hub.catalogue.dates import next_span
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import all_publishers
from hub.documents import Viewer
from hub.env import env
from hub.municipalities.models import Body
from hub.site.digest import german
from hub.site.digest.issue import one_line, permanent_address
from hub.site.digest.wishes import EVENT
from hub.site.queries import contributions, upcoming_events
from hub.site.reports.periods import Period
from theme.figures import format_span
from theme.topics import read_vocabulary

SHORT, LONG = 4, 8
"""Contributions in a text."""

EVENTS = 3
"""Events to come in a long text."""

MOST_READ = 1000
KIND_ORDER = (
    "case_report", "module", "motion", "training", "dataset", "indicator", "question", "focus_group",
)  # fmt: skip
MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
EVERYBODY = Viewer.anonymous()


@dataclass(frozen=True)
class Piece:
    """One contribution: its title, its sentences, its address."""

    title: str
    sentences: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Newsletter:
    """The parts of a text. ``total`` is how many contributions there are in its period."""

    headline: str
    lead: str
    pieces: tuple[Piece, ...]
    events: tuple[Piece, ...]
    total: int

    def as_text(self) -> str:
        """Plain text."""
        parts = [self.headline, self.lead]
        parts += [f"{each.title}\n{' '.join(each.sentences)}\nMehr: {each.url}" for each in self.pieces]
        if self.events:
            parts.append("Termine")
            parts += [f"{each.title}\n{' '.join(each.sentences)}\nMehr: {each.url}" for each in self.events]
        parts.append("\n".join(f"{words}: {url}" for words, url in _ways_on()))
        return "\n\n".join(parts) + "\n"

    def as_markdown(self) -> str:
        """Markdown (CommonMark)."""
        parts = [f"# {_escape(self.headline)}", _escape(self.lead)]
        parts += [_mark_up(each, "##") for each in self.pieces]
        if self.events:
            parts += ["## Termine", *(_mark_up(each, "###") for each in self.events)]
        parts.append("\n".join(f"- [{words}]({url})" for words, url in _ways_on()))
        return "\n\n".join(parts) + "\n"


@dataclass(frozen=True)
class Found:
    """A contribution with the names of those who publish it."""

    entry: CatalogueEntry
    towns: tuple[str, ...]


def compose_newsletter(
    period: Period, topics: Sequence[str], now: dt.datetime, *, most: int = SHORT
) -> Newsletter | None:
    """The text about what was first published in ``period``; None where nothing was. Five queries at most.

    At most ``most`` contributions are told, first those that answer what a town asks: tried out, with costs
    and a contact; and of each town one before the second of another. A long text has events to come.
    """
    with translation.override("de"):
        vocabulary = read_vocabulary()
        wanted = vocabulary.current(list(topics))
        found = _read(period, wanted)
        if not found:
            return None
        chosen = _choose(found, most)
        users = count_adoptions([each.entry.object_id for each in chosen], EVERYBODY)
        names = [vocabulary.name(code) for code in wanted]
        return Newsletter(
            headline=_headline(chosen),
            lead=_lead(period, found, names, len(chosen)),
            pieces=tuple(_describe(each, users.get(each.entry.object_id, 0)) for each in chosen),
            events=_events(wanted, now) if most > SHORT else (),
            total=len(found),
        )


def _read(period: Period, topics: Sequence[str]) -> list[Found]:
    """What was first published in the period, best first; two queries."""
    start, end = period.moments
    rows = contributions(EVERYBODY).filter(first_published__gte=start, first_published__lt=end)
    rows = rows.exclude(kind=EVENT).annotate(all_keys=all_publishers(EVERYBODY))
    if topics:
        rows = rows.filter(topics__overlap=list(topics))
    entries = sorted(rows.order_by("-first_published", "pk")[:MOST_READ], key=_rank)
    return _name_all(entries)


def _name_all(entries: Iterable[CatalogueEntry]) -> list[Found]:
    held = [(entry, list(dict.fromkeys(getattr(entry, "all_keys", entry.publishers)))) for entry in entries]
    keys = {key for _entry, own in held for key in own}
    names = dict(Body.objects.filter(pk__in=keys).values_list("key", "name"))
    return [Found(entry, tuple(one_line(names.get(key, key)) for key in own)) for entry, own in held]


def _rank(entry: CatalogueEntry) -> tuple[bool, int, bool, bool]:
    """Real before made up, by kind, with costs, with a contact; else as sorted before: the newest first."""
    place = KIND_ORDER.index(entry.kind) if entry.kind in KIND_ORDER else len(KIND_ORDER)
    no_contact = not entry.card.get("contact")
    return bool(entry.card.get("demo")), place, entry.first_year_eur is None, no_contact


def _choose(found: Sequence[Found], most: int) -> list[Found]:
    """The best, one of each town before the second of any."""
    turn: Counter[tuple[str, ...]] = Counter()
    in_turns = []
    for place, each in enumerate(found):
        in_turns.append((turn[each.towns], place))
        turn[each.towns] += 1
    return [found[place] for _turn, place in sorted(in_turns)[:most]]


def _headline(chosen: Sequence[Found]) -> str:
    titles = [german.quote(one_line(each.entry.title)) for each in chosen[:2]]
    return f"Neu im Wissenshub: {german.join_words(titles)}"


def _lead(period: Period, found: Sequence[Found], topics: Sequence[str], shown: int) -> str:
    """How much was published, by how many, of which kinds."""
    number, towns = len(found), {town for each in found for town in each.towns}
    kinds = Counter(each.entry.kind for each in found)
    is_one_kind = len(kinds) == 1
    what = german.say_count(next(iter(kinds)) if is_one_kind else "", number)
    subject = "zum Thema" if len(topics) == 1 else "zu den Themen"
    about = f" {subject} {german.join_words([f'„{name}“' for name in topics])}" if topics else ""
    by = "einer Kommune" if len(towns) == 1 else f"{german.say_number(len(towns))} Kommunen"
    source = f" aus {by}" if towns else ""
    verb = "ist" if number == 1 else "sind"
    ranked = sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
    among = german.join_words([german.say_count(kind, each) for kind, each in ranked])
    more = "" if is_one_kind else f", darunter {among}"
    selection = " Eine Auswahl:" if shown < number else ""
    return f"{_when(period)} {verb} im Wissenshub {what}{about}{source} erschienen{more}.{selection}"


def _when(period: Period) -> str:
    first = period.first
    if period.months == 1:
        return f"Im {german.MONTH_NAMES[first.month - 1]} {first.year}"
    if period.months == 3:
        return f"Im {(first.month + 2) // 3}. Quartal {first.year}"
    if period.months == 12:
        return f"Im Jahr {first.year}"
    return f"Vom {first:%d.%m.%Y} bis {period.last:%d.%m.%Y}"


def _describe(found: Found, users: int) -> Piece:
    entry, card = found.entry, found.entry.card
    contact = card.get("contact") or {}
    reach = ", ".join(one_line(str(contact[name])) for name in ("role", "email") if contact.get(name))
    sentences = (
        german.say_publishing(entry.kind, found.towns),
        german.end_sentence(one_line(entry.summary)),
        german.MATURITIES.get(entry.maturity, ""),
        german.say_costs(card.get("once"), card.get("monthly")),
        f"Nutzbar unter der Lizenz {one_line(entry.licence)}." if entry.licence else "",
        german.say_users(users),
        f"Auskunft gibt: {reach}." if reach else "",
    )
    title = one_line(entry.title) + (" (DEMO – fiktiv)" if card.get("demo") else "")
    return Piece(title, tuple(each for each in sentences if each), permanent_address(entry))


def _events(topics: Sequence[str], now: dt.datetime) -> tuple[Piece, ...]:
    """The next events; two queries."""
    rows = upcoming_events(EVERYBODY, now).exclude(card__contains={"status": "cancelled"})
    if topics:
        rows = rows.filter(topics__overlap=list(topics))
    return tuple(_describe_event(each, now) for each in _name_all(rows[:EVENTS]))


def _describe_event(found: Found, now: dt.datetime) -> Piece:
    entry, card = found.entry, found.entry.card
    span = next_span(entry, now)
    assert span is not None  # noqa: S101 - events to come have one
    when = format_span(*span, card.get("zone", "Europe/Berlin"))
    place = one_line(str(card.get("location", "")))
    by = f"Es lädt ein: {german.join_words(found.towns)}." if found.towns else ""
    title = one_line(entry.title) + (" (DEMO – fiktiv)" if card.get("demo") else "")
    sentences = (german.end_sentence(", ".join(part for part in (when, place) if part)), by)
    return Piece(title, tuple(each for each in sentences if each), permanent_address(entry))


def _ways_on() -> tuple[tuple[str, str], ...]:
    return (
        ("Alle Beiträge mit Kosten und Ansprechstelle", f"{env.origin}/wissen/"),
        ("Neues zu eigenen Themen per E-Mail", f"{env.origin}/rundbrief/"),
    )


def _escape(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def _mark_up(piece: Piece, heading: str) -> str:
    words = _escape(" ".join(piece.sentences))
    return f"{heading} {_escape(piece.title)}\n\n{words} [Mehr im Wissenshub]({piece.url})"
