"""What somebody wants to hear of: topics, regions, kinds, how often and in which language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Self
from urllib.parse import urlencode

from django.utils.functional import Promise

from hub.documents import UNLISTED
from hub.env import env
from hub.site.digest.models import Rhythm, Subscription
from hub.site.listing.bodies import Bodies
from hub.site.listing.filters import BODY, KIND, REGION, TOPIC
from theme.labels import KINDS_PLURAL, label
from theme.parameters import MOST_VALUES
from theme.topics import Vocabulary

EVENT = "event"
KINDS: Mapping[str, str | Promise] = {
    code: name for code, name in KINDS_PLURAL.items() if code not in UNLISTED
}
"""Kinds a digest can be narrowed to: those that lists of contributions hold."""

MOST = MOST_VALUES
"""How many topics, regions or kinds one may choose, as the list of contributions takes."""


@dataclass(frozen=True)
class Wish:
    """Codes of topics, keys of bodies and districts, kinds of contributions; empty means all."""

    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    rhythm: str = Rhythm.WEEKLY
    language: str = "de"

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """What a subscription says."""
        lists = {name: tuple(getattr(subscription, name)) for name in ("topics", "regions", "kinds")}
        return cls(**lists, rhythm=subscription.rhythm, language=subscription.language)

    def write_to(self, subscription: Subscription) -> None:
        """Set a subscription to it, without saving."""
        for field in fields(self):
            value = getattr(self, field.name)
            setattr(subscription, field.name, list(value) if isinstance(value, tuple) else value)

    def takes_kind(self, kind: str) -> bool:
        """Whether contributions of that kind are wanted."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Selection:
    """One wish in words; each is empty where everything is wanted."""

    topics: str
    regions: str
    kinds: str
    rhythm: str


def put_in_words(wish: Wish, vocabulary: Vocabulary, names: Mapping[str, str]) -> Selection:
    """What a mail and a page say of a wish. ``names`` are those of bodies by their keys. No query."""
    return Selection(
        topics=", ".join(vocabulary.name(code) for code in vocabulary.current(list(wish.topics))),
        regions=", ".join(names.get(key, key) for key in wish.regions),
        kinds=", ".join(label(KINDS, code) for code in wish.kinds),
        rhythm=str(Rhythm(wish.rhythm).label),
    )


def list_addresses(wish: Wish, bodies: Bodies) -> list[str]:
    """Whole addresses of the list of contributions with the same filters.

    There a district and a single municipality narrow each other, so a wish that names both has two.
    """
    common = [(TOPIC.name, code) for code in wish.topics] + [(KIND.name, code) for code in wish.kinds]
    districts = [(REGION.name, key) for key in wish.regions if is_district(key, bodies)]
    single = [(BODY.name, key) for key in wish.regions if not is_district(key, bodies)]
    chosen = [places for places in (districts, single) if places] or [[]]
    return [_address([*common, *places]) for places in chosen]


def query_of(topics: Iterable[str], region: str | None) -> str:
    """The query string that ticks these in the form, with its question mark; empty for none."""
    parameters = [(TOPIC.name, code) for code in topics] + ([(REGION.name, region)] if region else [])
    return f"?{urlencode(parameters)}" if parameters else ""


def bodies_of(regions: Collection[str], bodies: Bodies) -> frozenset[str]:
    """Keys of all bodies a choice of districts and single bodies means."""
    districts = {key for key in regions if is_district(key, bodies)}
    return frozenset(bodies.in_regions(districts) | (set(regions) - districts))


def is_district(key: str, bodies: Bodies) -> bool:
    """Whether a key stands for a region of its own: a district, or what lies in none."""
    row = bodies.rows.get(key)
    return row is not None and row.region == key


def _address(parameters: list[tuple[str, str]]) -> str:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"{env.origin}/wissen/{query}"
