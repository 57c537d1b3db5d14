"""What is read of statements. Each function names its viewer and how many queries it costs.

What a statement claims is not taken on trust: it speaks for one body, its publisher; no body says
anything of its own document; and a joint publication counts only for a body its owner has named.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from content.models import BodyPage
from content.statements.rules import (
    Standing,
    is_confirmed,
    standing_of,
)
from content.statements.said import Adopter, CoPublisher, Said, Statements, Uses, Waiting
from hub.accounts.models import User
from hub.accounts.roles import ELEVATED, roles_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries, find_entries
from hub.documents import STATEMENTS, Document, Viewer
from hub.errors import UnreadableDocument
from hub.municipalities.models import Body

__all__ = [
    "Adopter",
    "CoPublisher",
    "Said",
    "Statements",
    "Uses",
    "Waiting",
    "co_publications_waiting",
    "count_adoptions",
    "is_confirmed",
    "speaks_for",
    "statements_about",
    "statements_of",
    "uses_of",
]


def statements_of(entry: CatalogueEntry, viewer: Viewer, today: dt.date | None = None) -> Statements:
    """What is said of one document the viewer reads; one query, none for what nothing is said of."""
    if entry.kind in STATEMENTS:
        return Statements()
    rows = _statements(viewer).filter(about=entry.object_id)
    return _gather(entry, rows, today or timezone.localdate())


def statements_about(
    object_ids: Iterable[str], viewer: Viewer, today: dt.date | None = None
) -> dict[str, Statements]:
    """What is said of these documents, by their id, without those the viewer may not read; one query."""
    wanted = set(object_ids)
    about = Q(about__in=wanted, kind__in=sorted(STATEMENTS))
    found, said = {}, defaultdict(list)
    for entry in entries(viewer).filter(Q(object_id__in=wanted) | about):
        if entry.object_id in wanted:
            found[entry.object_id] = entry
        if entry.kind in STATEMENTS:
            said[entry.about].append(entry)
    day = today or timezone.localdate()
    return {key: _gather(entry, said[key], day) for key, entry in found.items()}


def count_adoptions(
    object_ids: Iterable[str], viewer: Viewer, today: dt.date | None = None
) -> dict[str, int]:
    """How many bodies use each of these documents today; only those anybody uses. One query."""
    day = today or timezone.localdate()
    targets = entries(viewer).filter(object_id=OuterRef("about")).values("publishers")
    rows = _statements(viewer).filter(kind="adoption", about__in=set(object_ids))
    users: dict[str, set[str]] = defaultdict(set)
    for row in rows.annotate(owners=Subquery(targets[:1])).filter(owners__isnull=False):
        adopter = _read_adopter(row, "", row.owners, day)
        if adopter and adopter.is_current:
            users[row.about].add(adopter.body)
    return {about: len(bodies) for about, bodies in users.items()}


def uses_of(keys: Collection[str], viewer: Viewer, today: dt.date | None = None) -> Uses:
    """What the bodies of these keys use of others, and others use of theirs; two queries."""
    day, own = today or timezone.localdate(), set(keys)
    theirs = entries(viewer).filter(publishers__overlap=sorted(own)).values("object_id")
    found = _statements(viewer).filter(kind="adoption")
    rows = list(found.filter(Q(publishers__overlap=sorted(own)) | Q(about__in=theirs)))
    targets = find_entries([row.about for row in rows], viewer)
    pairs: dict[tuple[str, str], tuple[Adopter, CatalogueEntry]] = {}
    for row in sorted(rows, key=_age):
        target = targets.get(row.about)
        if target and (adopter := _read_adopter(row, target.digest, target.publishers, day)):
            pairs[adopter.body, row.about] = (adopter, target)
    ranked = sorted(pairs.values(), key=lambda pair: (not pair[0].is_current, pair[1].title.casefold()))
    return Uses(
        made=tuple(pair for pair in ranked if pair[0].body in own),
        received=tuple(
            pair for pair in ranked if pair[0].is_current and own.intersection(pair[1].publishers)
        ),
    )


def co_publications_waiting(body_keys: Collection[str], viewer: Viewer) -> list[Waiting]:
    """Documents of any hub that name these bodies and that these have not confirmed as they are now.

    Newest first; two queries.
    """
    own = set(body_keys)
    asked = list(entries(viewer).filter(co_publishers__overlap=sorted(own)).order_by("-changed", "pk"))
    rows = _statements(viewer).filter(kind="co_publication", about__in=[entry.object_id for entry in asked])
    said = defaultdict(list)
    for row in rows:
        said[row.about].append(row)
    day = timezone.localdate()
    return [
        Waiting(each.body, entry, each.said is not None)
        for entry in asked
        for each in _gather(entry, said[entry.object_id], day).co_publications
        if each.body in own and each.state != "confirmed"
    ]


def speaks_for(user: User) -> list[Body]:
    """The bodies in whose name somebody states things here, by name: its editors and coordinators.

    Two queries.
    """
    bodies = {row.body_id: row.body for row in roles_of(user) if row.role in ELEVATED}
    here = set(BodyPage.objects.filter(body__in=bodies, alias_of=None).values_list("body", flat=True))
    return [body for key, body in bodies.items() if key in here]


def _statements(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    return entries(viewer).filter(kind__in=sorted(STATEMENTS))


def _gather(entry: CatalogueEntry, rows: Iterable[CatalogueEntry], today: dt.date) -> Statements:
    """Sort what is said of a document; of two statements of one body the one confirmed last counts."""
    adoptions: dict[str, Adopter] = {}
    checks: dict[str, Said] = {}
    joint: dict[str, Said] = {}
    for row in sorted(rows, key=_age):
        if row.kind == "adoption":
            if adopter := _read_adopter(row, entry.digest, entry.publishers, today):
                adoptions[adopter.body] = adopter
        elif said := _read(row, entry.digest, entry.publishers):
            (checks if row.kind == "check" else joint)[said.body] = said
    return Statements(
        adoptions=tuple(sorted(adoptions.values(), key=_rank)),
        checks=tuple(checks.values()),
        co_publications=tuple(CoPublisher(key, joint.get(key)) for key in _named(entry)),
    )


def _named(entry: CatalogueEntry) -> list[str]:
    return [key for key in dict.fromkeys(entry.co_publishers) if key not in entry.publishers]


def _age(row: CatalogueEntry) -> tuple[dt.date, int]:
    """What is said later comes later, and so counts."""
    return row.confirmed or dt.date.min, row.pk


def _rank(adopter: Adopter) -> tuple[int, dt.date, str]:
    return list(Standing).index(adopter.standing), adopter.since or dt.date.max, adopter.body


def _read(row: CatalogueEntry, digest: str, owners: Collection[str]) -> Said | None:
    """A statement as it counts; None if it is not one body's word about another's document."""
    if len(row.publishers) != 1 or row.publishers[0] in owners:
        return None
    document = _document(row)
    if document is None or document.statement is None:
        return None
    return Said(row.publishers[0], row, document, document.statement.digest != digest)


def _read_adopter(
    row: CatalogueEntry, digest: str, owners: Collection[str], today: dt.date
) -> Adopter | None:
    """An adoption as it counts; None also for one that should have been withdrawn by now."""
    said = _read(row, digest, owners)
    if said is None:
        return None
    adoption = said.document.adoption
    since, until = (adoption.since, adoption.until) if adoption else (None, None)
    standing = standing_of(row.confirmed, since, until, today)
    if standing == Standing.LAPSED:
        return None
    return Adopter(said.body, row, said.document, said.changed, standing)


def _document(row: CatalogueEntry) -> Document | None:
    try:
        return row.document
    except UnreadableDocument:
        return None
