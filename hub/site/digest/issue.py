"""One digest: what is told, grouped and in words, ready for the mail's templates."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hub.catalogue.dates import next_span
from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.site.digest.news import Item, News, Picked, Use
from hub.site.digest.wishes import Wish, list_addresses
from theme.figures import format_euro, format_span
from theme.labels import KINDS, label

MOST_ITEMS, MOST_OF_TOPIC = 30, 5
"""Contributions in one mail, and under one topic; what is beyond stands in the list."""

REPORT = "case_report"

MOST_EVENTS = 10
MOST_USES = 10
LONGEST_TITLE = 60
"""Characters of a title in the subject."""


@dataclass(frozen=True)
class Piece:
    """One contribution in words. ``costs`` and ``contact`` are empty where there is nothing to say."""

    title: str
    url: str
    town: str
    kind: str
    summary: str = ""
    note: str = ""
    when: str = ""
    costs: str = ""
    contact: str = ""
    email: str = ""
    demo: bool = False


@dataclass(frozen=True)
class Used:
    """A contribution and those that have begun to use it."""

    title: str
    url: str
    town: str
    users: str
    demo: bool


@dataclass(frozen=True)
class Issue:
    """What one mail tells: pieces by topic, events, uses, how much more there is, and where."""

    topics: list[tuple[str, list[Piece]]]
    events: list[Piece]
    uses: list[Used]
    more: int
    addresses: list[str]
    subject: str


def compose(picked: Picked, wish: Wish, news: News) -> Issue:
    """Put what was picked in words, in the language that is active. No query."""
    topics = _group(picked.items, wish, news)
    return Issue(
        topics=topics,
        events=[_describe(item, news) for item in picked.events[:MOST_EVENTS]],
        uses=[_describe_use(use, news) for use in picked.uses[:MOST_USES]],
        more=len(picked.items) - sum(len(pieces) for _topic, pieces in topics),
        addresses=list_addresses(wish, news.bodies),
        subject=_subject(picked),
    )


def one_line(text: str) -> str:
    """A text without line breaks and other control characters, as headers and headings take it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def describe_costs(entry: CatalogueEntry) -> str:
    """What the first year costs. That nobody knows is said of case reports alone: they are asked for it."""
    if entry.first_year_eur == 0:
        return _("no costs in the first year")
    if entry.first_year_eur is None and entry.kind != REPORT:
        return ""
    return _("costs in the first year: %(amount)s") % {"amount": format_euro(entry.first_year_eur)}


def name_towns(keys: Iterable[str], news: News) -> str:
    """Names of bodies, separated by commas."""
    return ", ".join(one_line(news.names.get(key, key)) for key in dict.fromkeys(keys))


def permanent_address(entry: CatalogueEntry) -> str:
    """Where it can be read here whatever becomes of its title and place."""
    return f"{env.origin}/id/{entry.uuid}"


def _group(items: Iterable[Item], wish: Wish, news: News) -> list[tuple[str, list[Piece]]]:
    """By topic, in the order of the vocabulary: each under the first of its topics that was asked for.

    Case reports come first. Where not all fit, each topic has its first before any has its second.
    """
    wanted = set(news.vocabulary.current(list(wish.topics)))
    by_topic: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        asked = [code for code in item.entry.topics if code in wanted] or item.entry.topics
        by_topic[asked[0] if asked else ""].append(item)
    order = {code: place for place, code in enumerate(news.vocabulary.names)}
    codes = sorted(by_topic, key=lambda code: (code == "", order.get(code, len(order)), code))
    turns = [code for turn in range(MOST_OF_TOPIC) for code in codes if turn < len(by_topic[code])]
    fitting = Counter(turns[:MOST_ITEMS])
    return [
        (_topic(code, news), _first(by_topic[code], fitting[code], news)) for code in codes if code in fitting
    ]


def _first(items: list[Item], number: int, news: News) -> list[Piece]:
    ranked = sorted(items, key=lambda item: item.entry.kind != REPORT)
    return [_describe(item, news) for item in ranked[:number]]


def _topic(code: str, news: News) -> str:
    return one_line(news.vocabulary.name(code)) if code else pgettext("digest", "Without a topic")


def _describe(item: Item, news: News) -> Piece:
    entry, contact = item.entry, item.entry.card.get("contact") or {}
    return Piece(
        title=one_line(entry.title),
        url=permanent_address(entry),
        town=name_towns(item.keys, news),
        kind=label(KINDS, entry.kind),
        summary=one_line(entry.summary),
        note=_("new version %(version)s") % {"version": one_line(item.version)} if item.version else "",
        when=_when(entry, news.now),
        costs=describe_costs(entry),
        contact=one_line(str(contact.get("role", ""))),
        email=one_line(str(contact.get("email", ""))),
        demo=bool(entry.card.get("demo")),
    )


def _describe_use(use: Use, news: News) -> Used:
    return Used(
        title=one_line(use.entry.title),
        url=permanent_address(use.entry),
        town=name_towns(use.keys, news),
        users=name_towns(use.users, news),
        demo=bool(use.entry.card.get("demo")),
    )


def _when(entry: CatalogueEntry, now: dt.datetime) -> str:
    span = next_span(entry, now)
    if span is None:
        return ""
    parts = [format_span(*span, entry.card.get("zone", "Europe/Berlin"))]
    parts += [one_line(str(entry.card["location"]))] if entry.card.get("location") else []
    parts += [_("cancelled")] if entry.card.get("status") == "cancelled" else []
    return ", ".join(parts)


def _subject(picked: Picked) -> str:
    """The first title and how much more there is: what is in the mail, before it is opened."""
    titles = [item.entry.title for item in (*picked.items, *picked.new_events)]
    titles += [use.entry.title for use in picked.uses]
    title = one_line(titles[0])
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    others = len(titles) - 1
    if not others:
        return _("new is “%(title)s”") % {"title": title}
    words = ngettext("“%(title)s” and %(number)s more", "“%(title)s” and %(number)s more", others)
    return words % {"title": title, "number": others}
