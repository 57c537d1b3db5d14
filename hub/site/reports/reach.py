"""The reach report: what is read, downloaded, taken over and asked about, of some bodies, in a period."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from content.charts import draw_bars
from hub.catalogue.models import CatalogueEntry
from hub.documents import Measurement, Responses, Viewer
from hub.errors import UnreadableDocument
from hub.messages.queries import requests_between, responses_between
from hub.municipalities.models import Body
from hub.site.digest.queries import subscriber_count, subscribers_by_region
from hub.site.reach.folding import kept_by_day_since
from hub.site.reach.totals import (
    Target,
    Totals,
    counts_of,
    counts_of_others,
    most_downloaded,
    most_read,
    total,
)
from hub.site.reports.adoptions import Uses, read_uses
from hub.site.reports.periods import Period
from hub.site.reports.scope import Scope
from hub.site.reports.tables import NONE, Cell, Report, Table, make_rows
from theme.figures import format_count
from theme.labels import KINDS, label

SHOWN = 10
FORM_NAMES = {"pdf": "PDF", "md": "Markdown", "json": "JSON"}


@dataclass(frozen=True)
class Counted:
    """Everything the report says, as it was read."""

    period: Period
    totals: Totals
    read: Mapping[uuid.UUID, int]
    downloaded: Mapping[Target, int]
    entries: Mapping[uuid.UUID, CatalogueEntry]
    uses: Uses
    requests: int
    responses: Responses
    others: Totals | None


def reach_report(scope: Scope, period: Period, today: dt.date) -> Report:
    """The report; twelve queries, thirteen of all of this instance."""
    counted = _read(scope, period, today)
    tables = [
        _at_a_glance(counted),
        _course(counted),
        _forms(counted),
        _most_read(counted),
        _most_downloaded(counted),
        _most_adopted(counted),
        _regions(counted),
        _subscribers(),
    ]
    if counted.others:
        tables.append(_others(counted.others))
    return Report(
        title=_("Reach report"),
        scope=scope.name,
        period=period.worded(today),
        sentences=_sentences(counted),
        tables=tuple(tables),
        meaning=meaning(),
    )


def _read(scope: Scope, period: Period, today: dt.date) -> Counted:
    counts = counts_of(scope.keys, period.first, period.last)
    by_month = period.first < kept_by_day_since(today)
    read = most_read(counts, SHOWN)
    downloaded = most_downloaded(counts, SHOWN)
    named = {*read, *(key for key, _digest, _form in downloaded)}
    others = None
    if scope.keys is None:
        of_others = counts_of_others(period.first, period.last)
        others = total(of_others, period.days, by_month=True)
    return Counted(
        period=period,
        totals=total(counts, period.days, by_month=by_month),
        read=read,
        downloaded=downloaded,
        entries={each.uuid: each for each in CatalogueEntry.objects.filter(uuid__in=named, source="")},
        uses=read_uses(scope.keys, Viewer.local(), today),
        requests=len(requests_between(scope.asked, *period.moments)),
        responses=responses_between(scope.asked, *period.moments),
        others=others,
    )


def _sentences(counted: Counted) -> tuple[str, ...]:
    sums, uses = counted.totals, counted.uses
    numbers = {
        "views": sums.views,
        "downloads": sums.downloads,
        "new": len(uses.new(counted.period)),
        "current": len(uses.current),
    }
    words = {name: format_count(number) for name, number in numbers.items()}
    return (
        _("Page views counted in this period: %(views)s. Downloads: %(downloads)s.") % words,
        _("Adoptions stated in this period: %(new)s. Current today: %(current)s.") % words,
    )


def _at_a_glance(counted: Counted) -> Table:
    uses, responses = counted.uses, counted.responses
    rows = make_rows(
        [
            (_("Page views"), counted.totals.views),
            (_("Downloads"), counted.totals.downloads),
            (_("New adoptions"), len(uses.new(counted.period))),
            (_("Adoptions that ended"), len(uses.ended(counted.period))),
            (_("Adoptions that are current today"), len(uses.current)),
            (_("Requests by other municipalities"), counted.requests),
            (_("of these answered"), responses.answered),
            (_("Days until the answer (median)"), responses.median_days if responses.answered else NONE),
            (_("Subscriptions to the digest"), _number_or_few(subscriber_count())),
        ]
    )
    return Table("auf-einen-blick", _("At a glance"), (_("Figure"), _("Number")), rows)


def _course(counted: Counted) -> Table:
    sums = counted.totals
    name = _week if sums.weekly else _month
    rows = make_rows((name(day), views, downloads) for day, (views, downloads) in sums.steps.items())
    chart = draw_bars(
        [Measurement(period=name(day), value=str(views)) for day, (views, _d) in sums.steps.items()]
    )
    title = _("Course by week") if sums.weekly else _("Course by month")
    head = (_("Week") if sums.weekly else _("Month"), _("Page views"), _("Downloads"))
    return Table("verlauf", title, head, rows, empty=_("Nothing was counted in this period."), chart=chart)


def _week(day: dt.date) -> str:
    number = day.isocalendar()
    return _("wk %(week)s/%(year)s") % {"week": f"{number.week:02}", "year": str(number.year)[2:]}


def _month(day: dt.date) -> str:
    return f"{day.month:02}/{day.year}"


def _forms(counted: Counted) -> Table:
    ranked = sorted(counted.totals.forms.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = make_rows((form_name(form), number) for form, number in ranked)
    title = _("Downloads by form")
    head = (_("Form"), _("Downloads"))
    return Table("formen", title, head, rows, empty=_("Nothing was downloaded in this period."))


def form_name(form: str) -> str:
    """What was handed out: attached files, or the whole document as PDF, Markdown …"""
    return _("whole as %(form)s") % {"form": FORM_NAMES.get(form, form)} if form else _("attached files")


def _most_read(counted: Counted) -> Table:
    rows = make_rows(
        (_named(counted, key), _kind(counted, key), number) for key, number in counted.read.items()
    )
    head = (_("Contribution"), _("Kind"), _("Page views"))
    return Table("gelesen", _("Most read"), head, rows, empty=_("Nothing was read in this period."))


def _most_downloaded(counted: Counted) -> Table:
    rows = make_rows(
        (_named(counted, key), _file_name(counted, key, digest, form), number)
        for (key, digest, form), number in counted.downloaded.items()
    )
    head = (_("Contribution"), _("File"), _("Downloads"))
    empty = _("Nothing was downloaded in this period.")
    return Table("heruntergeladen", _("Most downloaded"), head, rows, empty=empty)


def _most_adopted(counted: Counted) -> Table:
    rows = make_rows(
        (Cell(target.title, target.get_absolute_url()), label(KINDS, target.kind), number)
        for about, number in counted.uses.most_adopted(SHOWN)
        for target in [counted.uses.targets[about]]
    )
    head = (_("Contribution"), _("Kind"), _("Adoptions today"))
    empty = _("Nobody states at present that they use one of these contributions.")
    return Table("nachgenutzt", _("Most adopted"), head, rows, empty=empty)


def _regions(counted: Counted) -> Table:
    keys = Counter(use.body for use in counted.uses.current)
    bodies = Body.objects.select_related("district").in_bulk(keys)
    regions: Counter[str] = Counter()
    for key, number in keys.items():
        body = bodies.get(key)
        regions[(body.district or body).name if body else key] += number
    ranked = sorted(regions.items(), key=lambda pair: (-pair[1], pair[0]))
    return Table(
        "regionen",
        _("Where it is used"),
        (_("District or city"), _("Adoptions today")),
        make_rows(ranked),
        empty=_("Nobody states at present that they use one of these contributions."),
    )


def _subscribers() -> Table:
    rows = make_rows(
        (each.name if each.key else _("all regions"), _number_or_few(each.number))
        for each in subscribers_by_region()
    )
    return Table(
        "abonnements",
        _("Subscriptions to the digest by region"),
        (_("Region"), _("Subscriptions")),
        rows,
        note=_("The digest is that of this instance, whatever is chosen above."),
        empty=_("Nobody has subscribed yet, or too few to be told apart."),
    )


def _others(sums: Totals) -> Table:
    rows = make_rows([(_("Page views"), sums.views), (_("Downloads"), sums.downloads)])
    return Table(
        "andere",
        _("Contributions of other instances, read here"),
        (_("Figure"), _("Number")),
        rows,
        note=_("Only what was counted on this instance; the others count for themselves."),
    )


def _named(counted: Counted, key: uuid.UUID) -> Cell:
    entry = counted.entries.get(key)
    return Cell(entry.title, entry.get_absolute_url()) if entry else Cell(_("a contribution that is gone"))


def _kind(counted: Counted, key: uuid.UUID) -> str:
    entry = counted.entries.get(key)
    return label(KINDS, entry.kind) if entry else ""


def _file_name(counted: Counted, key: uuid.UUID, digest: str, form: str) -> str:
    entry = counted.entries.get(key)
    if not digest:
        return form_name(form)
    try:
        file = entry.document.attachment(digest) if entry and entry.body else None
    except UnreadableDocument:
        file = None
    return file.name if file else _("an earlier file")


def _number_or_few(number: int | None) -> Cell:
    return Cell(_("too few to be told") if number is None else number)


def meaning() -> tuple[str, ...]:
    """What is counted and what is not, in plain words."""
    return (
        _(
            "A page view is one opening of the page of a contribution in a browser. Whoever opens it twice "
            "counts twice: who it was, nobody knows."
        ),
        _(
            "A download is one file, or one contribution as PDF, Markdown or JSON, that was handed out from "
            "its beginning. A download that was interrupted and goes on counts once."
        ),
        _(
            "Not counted: search engines, link previews and programs that say so themselves, pages loaded "
            "ahead by browsers, previews in the editor, and what other instances fetch."
        ),
        _(
            "No address, cookie, session or sender of a visitor is stored, only day, contribution, file and "
            "number. Days of more than 13 months ago are kept by month."
        ),
        _(
            "Only what happens on this instance is counted. What readers of the other instances do with the "
            "same contributions, those count for themselves; the sums are not exchanged."
        ),
        _("Adoptions are statements of the municipalities themselves, those of other instances included."),
    )
