"""In whose name a document counts: its owner's, and that of co-publishers who have said so themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, Exists, F, Func, Lookup, OuterRef, Q, QuerySet, When

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Audience, Viewer

KEYS = ArrayField(CharField(max_length=20))
LEAST_READER: Mapping[str, Viewer] = {
    Audience.PUBLIC: Viewer.anonymous(),
    Audience.MEMBERS: Viewer.member(),
    Audience.INSTANCE: Viewer.local(),
}
"""Of those who read an audience the one who reads least besides."""


class AnyOf(Lookup[Any]):
    """``publishers__any_of=keys``: an element is one of many keys, which are hashed once.

    The overlap of arrays compares each with each, which takes seconds for a thousand keys.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[str]:
        """The keys as a list."""
        return sorted(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The first element, else one of the others, which few entries have."""
        column, _parameters = compiler.compile(self.lhs)
        keys = self.get_prep_lookup()
        return (
            f"(({column})[1] = ANY(%s::varchar[]) OR ({column})[2] IS NOT NULL AND EXISTS "
            f"(SELECT FROM unnest({column}) AS one WHERE one = ANY(%s::varchar[])))",
            (keys, keys),
        )


ArrayField.register_lookup(AnyOf)


def published_by(keys: Collection[str], viewer: Viewer) -> Q:
    """What one of these bodies owns, or is named as co-publisher of and has confirmed by a statement.

    A condition on entries, for a few bodies: what they own and where they are named has an index each.
    """
    wanted = sorted(keys)
    said = _confirmations(viewer).filter(publishers__overlap=wanted)
    joint = ~Q(co_publishers=[]) & Q(co_publishers__overlap=wanted) & Q(Exists(said))
    return Q(publishers__overlap=wanted) | joint


def published_by_any(keys: Collection[str], viewer: Viewer) -> Q:
    """The same for many bodies, as those of a region: no index, but keys that are hashed."""
    said = _confirmations(viewer).filter(publishers__any_of=keys)
    joint = ~Q(co_publishers=[]) & Q(co_publishers__any_of=keys) & Q(Exists(said))
    return Q(publishers__any_of=keys) | joint


def all_publishers(viewer: Viewer) -> Case:
    """The keys of an entry's owners, then those of the co-publishers that have confirmed."""
    said = _confirmations(viewer).order_by("publishers").values("publishers__0")
    joined = Func(F("publishers"), ArraySubquery(said), function="array_cat", output_field=KEYS)
    return Case(When(co_publishers=[], then=F("publishers")), default=joined, output_field=KEYS)


def read_publishers(batch: Iterable[CatalogueEntry]) -> dict[str, tuple[str, ...]]:
    """In whose name each entry counts, by its object id, for everybody who may read the entry.

    One query for each audience of entries that name co-publishers; none where none does.
    """
    joint: dict[str, list[CatalogueEntry]] = defaultdict(list)
    found: dict[str, tuple[str, ...]] = {}
    for entry in batch:
        found[entry.object_id] = tuple(entry.publishers)
        if entry.co_publishers:
            joint[entry.audience].append(entry)
    for audience, named in joint.items():
        rows = CatalogueEntry.objects.filter(pk__in=[entry.pk for entry in named])
        everybody = rows.annotate(everybody=all_publishers(LEAST_READER[audience]))
        found |= {key: tuple(keys) for key, keys in everybody.values_list("object_id", "everybody")}
    return found


def _confirmations(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    """Statements on the entry outside by a body that it names; each speaks for its one publisher."""
    return entries(viewer).filter(
        ~Q(about=""),  # the index of statements holds no others
        kind="co_publication",
        about=OuterRef("object_id"),
        publishers__len=1,
        publishers__contained_by=OuterRef("co_publishers"),
    )
