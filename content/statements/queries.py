"""What is read of statements. Each function names its viewer and how many queries it costs.

What a statement claims is not taken on trust: it speaks for one body, its publisher; no body says
anything of its own document; and a joint publication counts only for a body its owner has named.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from content.models import BodyPage
from content.statements.rules import (
    ADOPTABLE,
    Standing,
    counting,
    is_confirmed,
    owners_of,
    standing_of,
)
from content.statements.said import Adopter, CoPublisher, Noted, Said, Statements, Uses, Waiting
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
    "Noted",
    "Said",
    "Statements",
    "Uses",
    "Waiting",
    "co_publications_waiting",
    "count_adoptions",
    "is_confirmed",
    "said_lately",
    "speaks_for",
    "statements_about",
    "statements_of",
    "uses_of",
]

LATELY = dt.timedelta(days=30)
Owners = Mapping[str, Collection[str]]
"""The publishers of documents, by their ids."""


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
    targets = entries(viewer).filter(object_id=OuterRef("about"), kind__in=sorted(ADOPTABLE))
    rows = _statements(viewer).filter(kind="adoption", about__in=set(object_ids))
    found = list(
        rows.annotate(owners=Subquery(targets.values("publishers")[:1])).filter(owners__isnull=False)
    )
    owners = {row.about: row.owners for row in found}
    adopters = _read_adopters(found, owners, dict.fromkeys(owners, ""), day)
    return dict(Counter(about for (_body, about), adopter in adopters.items() if adopter.is_current))


def uses_of(keys: Collection[str], viewer: Viewer, today: dt.date | None = None) -> Uses:
    """What the bodies of these keys use of others, and others use of theirs; two queries."""
    day, own = today or timezone.localdate(), set(keys)
    theirs = entries(viewer).filter(publishers__overlap=sorted(own)).values("object_id")
    found = _statements(viewer).filter(kind="adoption")
    rows = list(found.filter(Q(publishers__overlap=sorted(own)) | Q(about__in=theirs)))
    targets = find_entries([row.about for row in rows], viewer)
    owners = owners_of("adoption", targets.values())
    digests = {about: target.digest for about, target in targets.items()}
    adopters = _read_adopters(rows, owners, digests, day)
    pairs = [(adopter, targets[about]) for (_body, about), adopter in adopters.items()]
    ranked = sorted(pairs, key=lambda pair: (not pair[0].is_current, pair[1].title.casefold()))
    return Uses(
        made=tuple(pair for pair in ranked if pair[0].body in own),
        received=tuple(
            pair for pair in ranked if pair[0].is_current and own.intersection(pair[1].publishers)
        ),
    )


def said_lately(keys: Collection[str], viewer: Viewer, now: dt.datetime) -> list[Noted]:
    """Adoptions and checks that others began lately of what these bodies own, newest first; one query."""
    theirs = entries(viewer).filter(publishers__overlap=sorted(set(keys))).values("object_id")
    lately = entries(viewer).filter(
        ~Q(about=""), kind__in=("adoption", "check"), first_published__gte=now - LATELY, about__in=theirs
    )
    targets, rows = {}, defaultdict(list)
    for entry in entries(viewer).filter(
        Q(pk__in=lately.values("pk")) | Q(object_id__in=lately.values("about"))
    ):
        if entry.kind in STATEMENTS:
            rows[entry.kind].append(entry)
        else:
            targets[entry.object_id] = entry
    digests = {about: target.digest for about, target in targets.items()}
    adopters = _read_adopters(
        rows["adoption"], owners_of("adoption", targets.values()), digests, timezone.localdate(now)
    )
    begun = [each for each in adopters.values() if each.standing in (Standing.CURRENT, Standing.PLANNED)]
    checks = _read(rows["check"], owners_of("check", targets.values()), digests)
    noted = [Noted(said, targets[said.about]) for said in (*begun, *checks.values())]
    return sorted(noted, key=lambda each: (each.said.entry.first_published, each.said.entry.pk), reverse=True)


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
    digests = {entry.object_id: entry.digest}
    of_kind: dict[str, list[CatalogueEntry]] = defaultdict(list)
    for row in rows:
        of_kind[row.kind].append(row)
    adopters = _read_adopters(of_kind["adoption"], owners_of("adoption", [entry]), digests, today)
    checks = _read(of_kind["check"], owners_of("check", [entry]), digests)
    joint = _read(of_kind["co_publication"], owners_of("co_publication", [entry]), digests)
    return Statements(
        adoptions=tuple(sorted(adopters.values(), key=_rank)),
        checks=tuple(checks.values()),
        co_publications=tuple(CoPublisher(key, joint.get((key, entry.object_id))) for key in _named(entry)),
    )


def _named(entry: CatalogueEntry) -> list[str]:
    return [key for key in dict.fromkeys(entry.co_publishers) if key not in entry.publishers]


def _rank(adopter: Adopter) -> tuple[int, dt.date, str]:
    return list(Standing).index(adopter.standing), adopter.since or dt.date.max, adopter.body


def _read(
    rows: Iterable[CatalogueEntry], owners: Owners, digests: Mapping[str, str], today: dt.date | None = None
) -> dict[tuple[str, str], Said]:
    """What counts of statements of one kind, by body and document; ``owners`` and ``digests`` by document.

    What needs a newer version of this software counts for nothing here.
    """
    readable = [row for row in rows if _document(row)]
    return {
        (body, about): Said(body, row, row.document, _digest_said(row.document) != digests[about])
        for (body, about), row in counting(readable, owners, today).items()
    }


def _read_adopters(
    rows: Iterable[CatalogueEntry], owners: Owners, digests: Mapping[str, str], today: dt.date
) -> dict[tuple[str, str], Adopter]:
    """The same of adoptions, with how they stand."""
    adopters = {}
    for key, said in _read(rows, owners, digests, today).items():
        adoption = said.document.adoption
        since, until = (adoption.since, adoption.until) if adoption else (None, None)
        standing = standing_of(said.confirmed, since, until, today)
        adopters[key] = Adopter(said.body, said.entry, said.document, said.changed, standing)
    return adopters


def _digest_said(document: Document) -> str:
    return document.statement.digest if document.statement else ""


def _document(row: CatalogueEntry) -> Document | None:
    """The statement's document; None where it cannot be read here or states nothing."""
    try:
        return row.document if row.document.statement else None
    except UnreadableDocument:
        return None
