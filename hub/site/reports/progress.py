"""The progress report for council and funder: what came about in a period, and in the one before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hub.municipalities.bands import BANDS, band_of
from hub.municipalities.models import Body
from hub.site.reports.adoptions import Use, Uses, read_uses
from hub.site.reports.advances import VIEWER, Advances, count_overdue, read_advances
from hub.site.reports.periods import Period
from hub.site.reports.scope import Scope
from hub.site.reports.tables import NONE, Cell, Plain, Report, Table, make_rows
from theme.figures import format_count
from theme.labels import KINDS_PLURAL, label
from theme.marks import ACCENTS


@dataclass(frozen=True)
class Progress:
    """Both periods, what stands today, and the bodies that are named."""

    period: Period
    now: Advances
    before: Advances
    uses: Uses
    reports_confirmed: int
    reports_overdue: int
    bodies: dict[str, Body]
    today: dt.date

    @property
    def span(self) -> str:
        """The period in words, with the day up to which it is told."""
        return self.period.worded(self.today)

    @property
    def names(self) -> dict[str, str]:
        """Names of these bodies by key."""
        return {key: body.name for key, body in self.bodies.items()}

    def reached(self, period: Period, advances: Advances) -> set[str]:
        """Municipalities that published, stated an adoption or asked something in the period."""
        adopters = {use.body for use in self.uses.new(period)}
        return advances.written.publishers | adopters | advances.askers


def progress_report(scope: Scope, period: Period, today: dt.date) -> Report:
    """The report; eighteen queries."""
    progress = _read(scope, period, today)
    return Report(
        title=_("Progress report"),
        scope=scope.name,
        period=progress.span,
        sentences=_sentences(progress),
        tables=(
            _overview(progress),
            _by_city(progress),
            _by_kind(progress),
            _adoptions(progress),
            _sizes(progress),
        ),
        meaning=_meaning(),
    )


def _read(scope: Scope, period: Period, today: dt.date) -> Progress:
    now = read_advances(period, scope.keys, scope.asked)
    before = read_advances(period.before, scope.keys, scope.asked)
    uses = read_uses(scope.keys, VIEWER, today, everywhere=True)
    confirmed, overdue = count_overdue(scope.keys, today)
    progress = Progress(period, now, before, uses, confirmed, overdue, {}, today)
    named = {body for body, _kind in (*now.written.by_body, *before.written.by_body)}
    named |= progress.reached(period, now) | progress.reached(period.before, before)
    progress.bodies.update(Body.objects.in_bulk(named))
    return progress


def _sentences(progress: Progress) -> tuple[str, ...]:
    now, period = progress.now, progress.period
    inside, beyond = _sides(progress.uses.new(period))
    numbers = {
        "new": now.written.new,
        "revised": now.written.revised,
        "inside": inside,
        "beyond": beyond,
        "reached": len(progress.reached(period, now)),
    }
    words = {name: format_count(number) for name, number in numbers.items()}
    return (
        _("Contributions published for the first time: %(new)s. Revised: %(revised)s.") % words,
        _("New adoptions by the four cities: %(inside)s. By others: %(beyond)s.") % words,
        _("Municipalities and other bodies that published, took over or asked: %(reached)s.") % words,
        *_sentence_of_answers(progress),
    )


def _sentence_of_answers(progress: Progress) -> tuple[str, ...]:
    responses = progress.now.responses
    if responses.median_days is None:
        return ()
    sentence = ngettext(
        "Requests to bodies of this instance were answered after %(n)s day (median).",
        "Requests to bodies of this instance were answered after %(n)s days (median).",
        responses.median_days,
    )
    return (sentence % {"n": format_count(responses.median_days)},)


def _overview(progress: Progress) -> Table:
    now, before, period = progress.now, progress.before, progress.period
    rows: list[tuple[str, Plain, Plain]] = [
        (_("New contributions"), now.written.new, before.written.new),
        (_("Revised contributions"), now.written.revised, before.written.revised),
        (_("Focus groups that met"), now.groups_met, before.groups_met),
        (_("Events held"), now.events, before.events),
        (_("New building blocks"), now.modules, before.modules),
        (_("Releases of building blocks"), now.releases, before.releases),
        (
            _("New adoptions"),
            len(progress.uses.new(period)),
            len(progress.uses.new(period.before)),
        ),
        (
            _("Municipalities reached"),
            len(progress.reached(period, now)),
            len(progress.reached(period.before, before)),
        ),
        (_("New case reports"), now.reports, before.reports),
        (_("of these with costs"), now.with_costs, before.with_costs),
        (
            _("Costs these state for the first year, in euros"),
            now.first_year_eur,
            before.first_year_eur,
        ),
        (_("Case reports confirmed again"), now.confirmed, before.confirmed),
        (_("Requests to bodies of this instance"), now.requests, before.requests),
        (_("Days until the answer (median)"), _median(now), _median(before)),
    ]
    head = (_("Figure"), progress.span, period.before.wording)
    note = _(
        "Today %(confirmed)s case reports are confirmed and %(overdue)s are overdue: nobody has confirmed "
        "them for twelve months."
    ) % {
        "confirmed": format_count(progress.reports_confirmed),
        "overdue": format_count(progress.reports_overdue),
    }
    return Table("ueberblick", _("Overview and comparison"), head, make_rows(rows), note=note)


def _median(advances: Advances) -> Plain:
    return advances.responses.median_days if advances.responses.answered else NONE


def _by_city(progress: Progress) -> Table:
    return Table(
        "kommunen",
        _("New and revised contributions by municipality"),
        (_("Municipality"), _("new"), _("revised"), _("new in the period before")),
        make_rows(_compare(progress)),
        note=_("What several publish together counts for each of them."),
        empty=_("Nothing was published or revised in either period."),
    )


def _by_kind(progress: Progress) -> Table:
    return Table(
        "arten",
        _("New and revised contributions by municipality and kind"),
        (_("Municipality"), _("Kind"), _("new"), _("revised")),
        make_rows(_kinds(progress)),
        grouped=True,
        empty=_("Nothing was published or revised in this period."),
    )


def _compare(progress: Progress) -> Iterable[tuple[Plain | Cell, ...]]:
    names = progress.names
    now, revised, before = Counter[str](), Counter[str](), Counter[str]()
    for (body, _kind), (new, again) in progress.now.written.by_body.items():
        now[body] += new
        revised[body] += again
    for (body, _kind), (new, _again) in progress.before.written.by_body.items():
        before[body] += new
    for body in sorted({*now, *revised, *before}, key=lambda key: (-now[key], names.get(key, key))):
        yield _body_cell(names, body), now[body], revised[body], before[body]


def _kinds(progress: Progress) -> Iterable[tuple[Plain | Cell, ...]]:
    names = progress.names
    found = progress.now.written.by_body.items()
    for (body, kind), (new, revised) in sorted(found, key=lambda each: (names.get(each[0][0], ""), each[0])):
        yield _body_cell(names, body), label(KINDS_PLURAL, kind), new, revised


def _body_cell(names: dict[str, str], key: str) -> Cell:
    return Cell(names[key], f"/kommunen/{key}/") if key in names else Cell(key)


def _adoptions(progress: Progress) -> Table:
    period, uses = progress.period, progress.uses
    new, before = _sides(uses.new(period)), _sides(uses.new(period.before))
    today, ended = _sides(uses.current), _sides(uses.ended(period))
    names = (_("by the four cities"), _("by others"))
    rows = [(name, new[n], before[n], ended[n], today[n]) for n, name in enumerate(names)]
    return Table(
        "nachnutzungen",
        _("Adoptions inside and beyond the four cities"),
        (
            pgettext("column", "Adoptions"),
            _("new"),
            _("new in the period before"),
            _("ended"),
            _("current today"),
        ),
        make_rows(rows),
    )


def _sides(uses: Collection[Use]) -> tuple[int, int]:
    """How many are by one of the four cities, and how many by others."""
    inside = sum(use.body in ACCENTS for use in uses)
    return inside, len(uses) - inside


def _sizes(progress: Progress) -> Table:
    now = progress.reached(progress.period, progress.now)
    before = progress.reached(progress.period.before, progress.before)
    bands = [(band.code, str(band.label)) for band in BANDS] + [("", _("number of inhabitants unknown"))]
    counts = [Counter(_band(progress, key) for key in keys) for keys in (now, before)]
    rows = [
        (name, counts[0][code], counts[1][code]) for code, name in bands if counts[0][code] or counts[1][code]
    ]
    return Table(
        "groessen",
        _("Municipalities reached, by size"),
        (_("Size"), progress.span, progress.period.before.wording),
        make_rows(rows),
        note=_("Reached is who published, stated an adoption or asked something in the period."),
        empty=_("Nobody was reached in either period."),
    )


def _band(progress: Progress, key: str) -> str:
    body = progress.bodies.get(key)
    return band_of(body.population) if body else ""


def _meaning() -> tuple[str, ...]:
    return (
        _(
            "Counted is what everybody or the staff of all member bodies may read, of all instances as far "
            "as it has arrived here. What was withdrawn meanwhile does not count any more."
        ),
        _("New is what was published for the first time, revised what was published again after that."),
        _(
            "A focus group met if an event or a session note of the period is linked with it. Events that "
            "were cancelled do not count."
        ),
        _("Adoptions are statements of the municipalities themselves, those of other instances included."),
        _("Costs are those of the first year, as far as case reports state them; they are not audited."),
        _("Requests and answer times are those of bodies of this instance; each instance has its own."),
    )
