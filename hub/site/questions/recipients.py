"""Whom to ask: who published what comes nearest to the question, and groups that work on it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import structlog
from django.db.models import Q

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards, entries, find_entries, find_entry
from hub.documents import Document, Viewer
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies
from hub.site.queries import name_hubs
from search import language
from search.answers.measuring import measure
from search.answers.pipeline import retrieve
from search.answers.questions import read_question
from search.answers.scope import in_time
from search.engines.base import EngineUnavailable
from theme.templatetags.theme import readable_document

logger = structlog.get_logger("hub.site")

MOST_BODIES, MOST_GROUPS, MOST_REASONS, MOST_ANSWERED = 3, 3, 2, 3
MOST_READ, MOST_FOUND = 50, 8
"""Bodies read of the directory, and shown of those that can be asked."""

LEADING, MOST_TOPICS = 5, 2
"""The most frequent topics of so many nearest documents say which groups work on it."""

ASKABLE = frozenset({"body", "focus_group"})
"""Kinds of documents that stand for somebody who answers."""


@dataclass(frozen=True)
class Proposal:
    """The page of a body or of a group, and why it is proposed.

    ``near`` are documents of the body that come near the question, ``topics`` those a group shares with it.
    """

    entry: CatalogueEntry
    near: tuple[CatalogueEntry, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipient(Proposal):
    """Somebody to ask: a body, or a group, for which its leading body answers.

    ``hub`` is what people call its hub, ``page`` the body's own page, which says how fast it answers.
    """

    hub: str = ""
    page: CatalogueEntry | None = None

    @property
    def body(self) -> str:
        """Key of the body that answers."""
        return self.entry.publishers[0]

    @property
    def is_group(self) -> bool:
        """Whether a group is asked."""
        return self.entry.kind == "focus_group"

    @property
    def portrait(self) -> Document | None:
        """The body's own page as a document."""
        return readable_document(self.page) if self.page else None


class Finder:
    """Whom to ask what, as the viewer may read it; of ``own``, the reader's bodies, none is proposed.

    The question costs what an answer does, and six queries with everything that is proposed.
    """

    def __init__(self, question: str, viewer: Viewer, own: Collection[str] = ()) -> None:
        self.question = question
        self.viewer = viewer
        self.own = frozenset(own)
        self._pages: dict[str, CatalogueEntry | None] = {}

    @cached_property
    def near(self) -> list[CatalogueEntry]:
        """Documents that hold what the question is about, the nearest first; none if that takes too long."""
        if not self.question:
            return []
        try:
            with in_time():
                language.refresh()
                asked = read_question(self.question, self.viewer)
                ids = [found.object_id for found in retrieve(asked) if measure(asked, found).core]
        except EngineUnavailable as error:
            logger.warning("nobody is proposed", reason=str(error)[:300])
            return []
        held = find_entries(ids, self.viewer)
        return [held[key] for key in dict.fromkeys(ids) if key in held]

    @cached_property
    def answered(self) -> list[CatalogueEntry]:
        """Published questions that are alike."""
        return [entry for entry in self.near if entry.kind == "question"][:MOST_ANSWERED]

    @cached_property
    def bodies(self) -> list[Recipient]:
        """Who published what comes nearest."""
        by_body: dict[str, list[CatalogueEntry]] = {}
        for entry in self.near:
            # What a body says of itself is no experience with the question.
            if entry.kind != "body" and not self.own.intersection(entry.publishers):
                for key in entry.publishers[:1]:
                    by_body.setdefault(key, []).append(entry)
        pages = self._portraits(by_body)
        chosen = [key for key in by_body if key in pages][:MOST_BODIES]
        return self._recipients(
            [Proposal(pages[key], near=tuple(by_body[key][:MOST_REASONS])) for key in chosen]
        )

    @cached_property
    def groups(self) -> list[Recipient]:
        """Groups near to the question or at work on its topics."""
        if not self.near:
            return []
        counted = Counter(topic for entry in self.near[:LEADING] for topic in entry.topics)
        leading = {topic for topic, _number in counted.most_common(MOST_TOPICS)}
        places = {entry.object_id: place for place, entry in enumerate(self.near)}
        fitting = Q(object_id__in=places) | Q(topics__overlap=sorted(leading))
        held = cards(self.viewer).filter(fitting, kind="focus_group").order_by("pk")
        groups = [each for each in held if each.publishers and not self.own.intersection(each.publishers)]
        shared = {group.pk: sorted(leading.intersection(group.topics)) for group in groups}
        groups.sort(key=lambda each: (places.get(each.object_id, len(places)), -len(shared[each.pk])))
        return self._recipients(
            [Proposal(group, topics=tuple(shared[group.pk])) for group in groups[:MOST_GROUPS]]
        )

    def named(self, text: str) -> list[Recipient]:
        """Bodies that the directory finds by name and that can be asked; three queries."""
        keys = list(search_bodies(text, Body.objects.all()).values_list("pk", flat=True)[:MOST_READ])
        pages = self._portraits(set(keys) - self.own)
        return self._recipients([Proposal(pages[key]) for key in keys if key in pages][:MOST_FOUND])

    def chosen(self, key: uuid.UUID) -> Recipient | None:
        """The one somebody has chosen, if it can be asked; three queries at most."""
        entry = find_entry(key, self.viewer)
        if entry is None or entry.kind not in ASKABLE or not entry.publishers:
            return None
        if readable_document(entry) is None:
            return None
        return self._recipients([Proposal(entry)])[0]

    def _recipients(self, proposals: Sequence[Proposal]) -> list[Recipient]:
        pages = self._portraits(each.entry.publishers[0] for each in proposals)
        hubs = name_hubs(each.entry.origin for each in proposals)
        return [
            Recipient(**vars(each), hub=hubs[each.entry.origin], page=pages.get(each.entry.publishers[0]))
            for each in proposals
        ]

    def _portraits(self, keys: Iterable[str]) -> dict[str, CatalogueEntry]:
        """The pages of these bodies about themselves, each read once; one query if any is new."""
        wanted = set(keys)
        if missing := wanted - self._pages.keys():
            self._pages.update(dict.fromkeys(missing))
            found = entries(self.viewer).filter(kind="body", publishers__overlap=sorted(missing))
            self._pages.update({entry.publishers[0]: entry for entry in found.order_by("-source", "pk")})
        return {key: page for key in wanted if (page := self._pages.get(key)) is not None}
