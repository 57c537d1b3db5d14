"""Lineage of a document: session → focus group → case report → module → adoption.

The line is what led to a document and what came of it, found by following relations both ways. Which end of
a relation comes first is decided so:

* Between two stages the order of the stages decides, whatever the relation is called: a report that ``uses``
  a module and a module that is ``derived_from`` a report stand in the same line, report first.
* Within a stage the relation decides: who ``led_to`` another comes before it. With all others
  (``derived_from``, ``uses``, ``part_of``, ``documents``, and those unknown here) its target comes first.
* What an adoption is about comes before it; the event of a session note before the note.

From the document only earlier ones of earlier ones and later ones of later ones are followed. A module's
line so holds all its reports, while a report's line does not hold the other reports of the module it uses.
Adoptions are never followed further: the last stage holds those of the document itself, since whoever uses
a building block does not use the report that led to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.statements.rules import counting, owners_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Viewer
from hub.errors import UnreadableDocument
from theme.labels import RELATIONS

HOPS = 4
"""From one end of the five stages to the other. Each step costs one query."""

MOST = 30
"""Entries in a line, the document itself included."""

SHOWN = 5
"""Entries of one stage that are named; the others are counted."""

STAGES: tuple[tuple[str | Promise, frozenset[str]], ...] = (
    (pgettext_lazy("lineage", "Exchange"), frozenset({"event", "session_note", "format"})),
    (_("Focus group"), frozenset({"focus_group"})),
    (_("Case report"), frozenset({"case_report", "indicator"})),
    (_("Building block"), frozenset({"module", "dataset", "training", "motion"})),
    (_("Adoption"), frozenset({"adoption"})),
)
"""The stages in their order, each with the kinds that stand in it. Other kinds are in no line."""

STAGE_OF: Mapping[str, int] = {kind: place for place, (_label, kinds) in enumerate(STAGES) for kind in kinds}
ADOPTION = "adoption"
GROUP = "focus_group"
FORWARD = "led_to"
EARLIER, LATER = -1, 1


@dataclass(frozen=True)
class Node:
    """One entry of a line. ``relation`` is how the line's document itself relates to it, if it does."""

    entry: CatalogueEntry
    relation: str
    is_here: bool


@dataclass(frozen=True)
class Stage:
    """One stage of a line: its heading, what is named, and how many more there are in the line."""

    title: str | Promise
    nodes: tuple[Node, ...]
    more: int = 0


@dataclass
class Lineage:
    """The line of ``entry``. ``found`` holds what led to it and what came of it, by id."""

    entry: CatalogueEntry
    found: dict[str, CatalogueEntry] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether it does not stand alone, results aside."""
        return not self.found.keys() <= self.results

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages that hold something, in their order; in its stage the document itself comes first."""
        if not self:
            return []
        stages = []
        for place, (title, _kinds) in enumerate(STAGES):
            here = [self._node(each) for each in self._all if STAGE_OF[each.kind] == place]
            if here:
                stages.append(Stage(title, tuple(here[:SHOWN]), max(0, len(here) - SHOWN)))
        return stages

    @property
    def named(self) -> frozenset[str]:
        """Ids of the other documents that the page names here or as results."""
        nodes = (node for stage in self.stages for node in stage.nodes)
        return self.results | {node.entry.object_id for node in nodes if not node.is_here}

    @cached_property
    def results(self) -> frozenset[str]:
        """Ids of what a focus group led to: its page shows them on top, as its results."""
        if self.entry.kind != GROUP:
            return frozenset()
        return frozenset(target for target, relation in _read_links(self.entry) if relation == FORWARD)

    @property
    def _all(self) -> list[CatalogueEntry]:
        others = (each for key, each in self.found.items() if key not in self.results)
        return [self.entry, *others]

    def _node(self, each: CatalogueEntry) -> Node:
        relation = _links(self.entry).get(each.object_id, "")
        return Node(each, relation if relation in RELATIONS else "", each is self.entry)


def trace(entry: CatalogueEntry, viewer: Viewer) -> Lineage:
    """The line of an entry as far as ``viewer`` may read it; at most ``HOPS`` queries, none in a circle."""
    line = Lineage(entry)
    if entry.kind not in STAGE_OF:
        return line
    ends: dict[int, dict[str, CatalogueEntry]] = {way: {entry.object_id: entry} for way in (EARLIER, LATER)}
    for _hop in range(HOPS):
        around = {**ends[EARLIER], **ends[LATER]}
        if not around:
            break
        near = _counting(_neighbours(line, around.values(), viewer), around)
        ends = {way: _follow(line, ends[way], near, way) for way in (EARLIER, LATER)}
    return line


def _follow(
    line: Lineage, end: Mapping[str, CatalogueEntry], near: list[CatalogueEntry], way: int
) -> dict[str, CatalogueEntry]:
    """Those of ``near`` that lie one step that way from the end of the line; they become part of it."""
    reached: dict[str, CatalogueEntry] = {}
    for other in near:
        if len(line.found) >= MOST - 1:
            break
        if other.object_id in line.found:
            continue
        if any(_order(other, each) == way for each in end.values()):
            line.found[other.object_id] = reached[other.object_id] = other
    return reached


def _counting(near: Iterable[CatalogueEntry], around: Mapping[str, CatalogueEntry]) -> list[CatalogueEntry]:
    """Those without the adoptions that count for nothing."""
    found = list(near)
    owners = owners_of(ADOPTION, around.values())
    adoptions = [each for each in found if each.kind == ADOPTION]
    held = {each.pk for each in counting(adoptions, owners, timezone.localdate()).values()}
    return [each for each in found if each.kind != ADOPTION or each.pk in held]


def _order(other: CatalogueEntry, entry: CatalogueEntry) -> int:
    """Whether ``other`` comes before or after ``entry``; 0 if nothing relates them."""
    ours, theirs = _links(entry), _links(other)
    if other.object_id not in ours and entry.object_id not in theirs:
        return 0
    step = STAGE_OF[other.kind] - STAGE_OF[entry.kind]
    if step:
        return LATER if step > 0 else EARLIER
    if other.object_id in ours:
        return LATER if ours[other.object_id] == FORWARD else EARLIER
    return EARLIER if theirs[entry.object_id] == FORWARD else LATER


def _links(entry: CatalogueEntry) -> dict[str, str]:
    """Where a document leads: ids with the type of relation, the first one named."""
    known: dict[str, str] | None = vars(entry).get("_links")
    if known is None:
        known = vars(entry)["_links"] = dict(reversed(list(_read_links(entry))))
    return known


def _read_links(entry: CatalogueEntry) -> Iterator[tuple[str, str]]:
    try:
        document = entry.document
    except UnreadableDocument:
        # A newer schema: the columns still say where it leads, though not how.
        yield from ((target, "") for target in entry.related)
        document = None
    if document is not None:
        yield from ((relation.target, relation.type) for relation in document.relations)
        if document.session and document.session.event:
            yield document.session.event, "documents"
    if entry.about:
        yield entry.about, "about"


def _neighbours(
    line: Lineage, around: Collection[CatalogueEntry], viewer: Viewer
) -> QuerySet[CatalogueEntry]:
    """What these lead to and what leads to them, newest first, without what the line holds; one query.

    Of adoptions only those of the line's document. They come last: there may be hundreds, and they must
    not crowd out the rest.
    """
    ids = [entry.object_id for entry in around]
    targets = {target for entry in around for target in _links(entry)}
    adoptions_last = Case(When(kind=ADOPTION, then=Value(1)), default=Value(0), output_field=IntegerField())
    return (
        entries(viewer)
        .filter(Q(object_id__in=targets) | Q(related__overlap=ids) | Q(about__in=ids), kind__in=STAGE_OF)
        .exclude(~Q(about=line.entry.object_id), kind=ADOPTION)
        .exclude(object_id__in={line.entry.object_id, *line.found})
        .order_by(adoptions_last, "-changed", "pk")[:MOST]
    )
