"""Reading the catalogue. Every read names its viewer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, Max, OuterRef, Q, QuerySet, When
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, Overlay, State
from hub.documents import UNLISTED, Audience, Viewer


def entries(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    """All entries the viewer may read now: live, not hidden or held, not expired, of a readable audience.

    What its origin handed over or took to a new domain is there once, as the entry it lives in now.
    """
    return CatalogueEntry.objects.filter(
        Q(expires__isnull=True) | Q(expires__gte=timezone.localdate()),
        state=State.LIVE,
        hidden=False,
        overlay="",
        moved_to="",
        audience__in=sorted(viewer.audiences),
    )


def newest_position() -> int:
    """Where the catalogue stands: it grows with each change of what may be read. One cheap query."""
    return CatalogueEntry.objects.aggregate(newest=Max("position"))["newest"] or 0


def cards(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    """What :func:`entries` reads, without the documents: for lists, which show columns and ``card``."""
    return entries(viewer).defer("body")


def listed(found: QuerySet[CatalogueEntry]) -> QuerySet[CatalogueEntry]:
    """Those that lists of contributions hold: no statements, also of kinds of a newer version."""
    return found.filter(about="").exclude(kind__in=sorted(UNLISTED))


def find_entry(key: uuid.UUID | str, viewer: Viewer) -> CatalogueEntry | None:
    """The readable entry with that uuid, or None.

    An own entry decides alone, readable or not: nobody takes over an address of this instance by
    publishing under its uuid. Among received ones the first to arrive does. Where that one has moved, it is
    the entry it has moved to. One query, for statements two.
    """
    known = sorted(CatalogueEntry.objects.filter(uuid=key), key=lambda entry: (bool(entry.source), entry.pk))
    entry = _where_it_lives(known[0], known) if known else None
    return entry if entry is not None and is_readable(entry, viewer) else None


def _where_it_lives(entry: CatalogueEntry, known: Iterable[CatalogueEntry]) -> CatalogueEntry | None:
    """The entry, or the one it has moved to: nearly always under the same uuid, so among ``known``."""
    if not entry.moved_to:
        return entry
    here = next((each for each in known if each.object_id == entry.moved_to), None)
    return here or CatalogueEntry.objects.filter(object_id=entry.moved_to).first()


def find_entries(object_ids: Iterable[str], viewer: Viewer) -> dict[str, CatalogueEntry]:
    """The readable ones of these ids, in one query; under the id asked for also what has moved since."""
    return by_ids(entries(viewer), object_ids)


def by_ids(found: QuerySet[CatalogueEntry], object_ids: Iterable[str]) -> dict[str, CatalogueEntry]:
    """Those of ``found`` that have one of these ids, or had it before they moved, by the id; one query."""
    wanted = set(object_ids)
    held = found.filter(object_id__in=_ids_now(wanted)).annotate(formerly=_former_ids())
    return {key: entry for entry in held for key in (entry.object_id, *entry.formerly) if key in wanted}


def find_moved(known: QuerySet[CatalogueEntry], viewer: Viewer) -> CatalogueEntry | None:
    """The readable entry to which one of these has moved, or None; one query, one more if any has moved."""
    target = known.exclude(moved_to="").values_list("moved_to", flat=True).first()
    return find_entries([target], viewer).get(target) if target else None


def has_moved_to(entry: CatalogueEntry) -> bool:
    """Whether a received entry is where something lives now that was elsewhere before; one query."""
    return not entry.is_local and CatalogueEntry.objects.filter(moved_to=entry.object_id).exists()


def _ids_now(object_ids: Iterable[str]) -> QuerySet[CatalogueEntry, str]:
    """The ids under which these live now; a subquery."""
    lives = Case(When(moved_to="", then=F("object_id")), default=F("moved_to"))
    known = CatalogueEntry.objects.filter(object_id__in=list(object_ids))
    return known.annotate(lives=lives).values_list("lives", flat=True)


def _former_ids() -> ArraySubquery:
    """The ids an entry has had before it moved."""
    former = CatalogueEntry.objects.exclude(moved_to="").filter(moved_to=OuterRef("object_id"))
    return ArraySubquery(former.values("object_id"))


def is_gone(entry: CatalogueEntry) -> bool:
    """Whether nobody reads it here: it was published and is no more, or this instance does not show it."""
    expired = entry.expires is not None and entry.expires < timezone.localdate()
    return entry.state != State.LIVE or entry.hidden or expired or bool(entry.overlay or entry.moved_to)


def find_gone(known: QuerySet[CatalogueEntry]) -> CatalogueEntry | None:
    """The public one of these for whose sake their address answers 410; None where it answers 404.

    What is held here was never shown and is not spoken of.
    """
    found = known.filter(audience=Audience.PUBLIC)
    return next((entry for entry in found if is_gone(entry) and entry.overlay != Overlay.HELD), None)


def is_readable(entry: CatalogueEntry, viewer: Viewer) -> bool:
    """What :func:`entries` asks of all, asked of one."""
    return not is_gone(entry) and viewer.may_read(entry.audience) and speaks_of_readable(entry, viewer)


def speaks_of_readable(entry: CatalogueEntry, viewer: Viewer) -> bool:
    """Whether what a statement is about is for the viewer, as far as it is here; true for anything else.

    A statement says something of its document, so it is shown to nobody else than that, also where the
    document was narrowed after it. What was withdrawn goes by the audience it had last, for a use may
    outlast it. One query for statements, none for others.
    """
    if not entry.about:
        return True
    found = CatalogueEntry.objects.filter(object_id=entry.about).values_list("audience", flat=True)
    return all(viewer.may_read(audience) for audience in found)
