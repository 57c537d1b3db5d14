"""The lists of an archive: by kind, topic, body, district and year, and one of everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Count, F, Func, IntegerField, QuerySet
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext as _

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.municipalities.models import Body
from hub.site.archive import places
from hub.site.archive.rendering import Renderer
from hub.site.archive.selection import PUBLIC, public_entries, stream
from theme.labels import KINDS_PLURAL, label

PER_PAGE = 200
YEAR = Coalesce(F("year"), ExtractYear("first_published"), output_field=IntegerField())


@dataclass(frozen=True)
class Listing:
    """One list: its address in the archive, what it is called, what it holds.

    ``alias`` is the address on this instance that leads to it.
    """

    group: str
    code: str
    title: str
    found: QuerySet[CatalogueEntry]
    count: int
    alias: str = ""
    about: CatalogueEntry | None = None

    @property
    def address(self) -> str:
        """Its first page, as templates of the archive name it."""
        return f"/archiv/{places.list_of(self.group, self.code)}"


@dataclass(frozen=True)
class Group:
    """Lists of one sort."""

    title: str
    anchor: str
    items: list[Listing] = field(default_factory=list)


def plan_groups(renderer: Renderer) -> list[Group]:
    """Every list there is something for; a few queries each."""
    return [
        Group(_("Kinds"), "arten", _by_kind()),
        Group(_("Topics"), "themen", _by_topic(renderer)),
        Group(_("Municipalities"), "kommunen", _by_body()),
        Group(_("Districts"), "kreise", _by_district()),
        Group(_("Years"), "jahre", _by_year()),
    ]


def everything() -> Listing:
    """All records by title."""
    found = public_entries()
    return Listing("alle", "a-z", _("All from A to Z"), found, found.count())


def render_list(listing: Listing, renderer: Renderer) -> Iterator[tuple[str, str]]:
    """Path and page, one after the other."""
    rows = stream(listing.found.defer("body").order_by("title", "pk"))
    last = max(1, -(-listing.count // PER_PAGE))
    pages = [(n, f"/archiv/{places.list_of(listing.group, listing.code, n)}") for n in range(1, last + 1)]
    for number, address in pages:
        path = address.removeprefix("/archiv/")
        shown = list(islice(rows, PER_PAGE))
        context = {
            "title": listing.title,
            "total": listing.count,
            "about": listing.about,
            "rows": shown,
            "titles": _titles_of({row.about for row in shown} - {""}),
            "number": number,
            "pages": pages,
        }
        yield path, renderer.render_page(path, "site/archive/list.html", context)


def _titles_of(targets: set[str]) -> dict[str, str]:
    """What the documents are called that statements are made of; a query where there are any."""
    return {key: entry.title for key, entry in find_entries(targets, PUBLIC).items()} if targets else {}


def _by_kind() -> list[Listing]:
    counted = public_entries().order_by("kind").values_list("kind").annotate(n=Count("pk"))
    aliases = {"event": "/termine/", "body": "/kommunen/"}
    return [
        Listing(
            "art", kind, label(KINDS_PLURAL, kind), public_entries().filter(kind=kind), n,
            aliases.get(kind, f"/wissen/?art={kind}"),
        )
        for kind, n in counted
    ]  # fmt: skip


def _by_topic(renderer: Renderer) -> list[Listing]:
    names = renderer.vocabulary()
    found = _counted("topics")
    lists = [
        Listing(
            "thema", code, names.name(code), public_entries().filter(topics__contains=[code]), n,
            f"/wissen/?thema={code}",
        )
        for code, n in found.items()
    ]  # fmt: skip
    return sorted(lists, key=lambda each: each.title.casefold())


def _by_body() -> list[Listing]:
    found = _counted("publishers")
    names = dict(Body.objects.filter(pk__in=found).values_list("pk", "name"))
    own = {
        entry.publishers[0]: entry
        for entry in public_entries().filter(kind="body").defer("body").order_by("-source", "-pk")
        if entry.publishers
    }
    lists = [
        Listing(
            "kommune", key, names.get(key, key), public_entries().filter(publishers__contains=[key]), n,
            f"/kommunen/{key}/", own.get(key),
        )
        for key, n in found.items()
    ]  # fmt: skip
    return sorted(lists, key=lambda each: each.title.casefold())


def _by_district() -> list[Listing]:
    publishing = set(_counted("publishers"))
    districts: dict[str, set[str]] = {}
    for key, district in Body.objects.filter(pk__in=publishing).values_list("pk", "district"):
        districts.setdefault(district or "", set()).add(key)
    lists = []
    for named in Body.objects.filter(pk__in=[key for key in districts if key]):
        found = public_entries().filter(publishers__overlap=sorted({*districts[named.pk], named.pk}))
        lists.append(Listing("kreis", named.pk, named.name, found, found.count()))
    return lists


def _by_year() -> list[Listing]:
    counted = public_entries().annotate(of=YEAR).order_by("-of").values_list("of").annotate(n=Count("pk"))
    return [
        Listing("jahr", str(year), str(year), public_entries().annotate(of=YEAR).filter(of=year), n)
        for year, n in counted
    ]


def _counted(column: str) -> dict[str, int]:
    """How many entries hold each element of an array."""
    rows = public_entries().order_by().values_list(Func(F(column), function="unnest")).annotate(n=Count("pk"))
    return dict(rows)
