"""Reports for members: how far contributions reach, what came about, who answers for what."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content.models import BodyPage
from hub.accounts.models import BodyRole
from hub.errors import Overloaded
from hub.municipalities.models import Body
from hub.site.context import INSTANCE
from hub.site.reports.access import for_members
from hub.site.reports.forms import ReportForm
from hub.site.reports.periods import Period
from hub.site.reports.progress import progress_report
from hub.site.reports.reach import reach_report
from hub.site.reports.responsibilities import KIND_CODES, STATES, Responsibilities
from hub.site.reports.scope import Scope
from hub.site.reports.sheets import report_rows
from hub.site.reports.tables import Report
from theme.labels import KINDS, label
from theme.pdf import LARGEST_PAGE, in_turn, make_pdf
from theme.sheets import send_sheet

RETRY_SECONDS = 20
PAGE, PDF, CSV = "", "pdf", "csv"
Build = Callable[[Scope, Period], Report]


@for_members
def start(request: HttpRequest, roles: list[BodyRole]) -> HttpResponse:
    """What reports there are."""
    return render(request, "site/reports/start.html", {"roles": roles})


@for_members
def reach(request: HttpRequest, roles: list[BodyRole], form: str = PAGE) -> HttpResponseBase:
    """The reach report, as page, PDF or CSV."""
    return _answer(request, roles, form, "reach")


@for_members
def progress(request: HttpRequest, roles: list[BodyRole], form: str = PAGE) -> HttpResponseBase:
    """The progress report, as page, PDF or CSV."""
    return _answer(request, roles, form, "progress")


@for_members
def responsibilities(request: HttpRequest, roles: list[BodyRole], form: str = PAGE) -> HttpResponseBase:
    """Who answers for which record, and when it is due; as page or CSV."""
    today = timezone.localdate()
    operates = bool(request.user.is_superuser)
    listing = Responsibilities(request.GET, roles, today, operates=operates)
    if form == CSV:
        return send_sheet(listing.rows(), _("responsibilities") + f"_{today.isoformat()}")
    context = {
        "listing": listing,
        "page": listing.page,
        "kinds": [(code, label(KINDS, code)) for code in KIND_CODES],
        "states": STATES.items(),
        "bodies": sorted(listing.names.items(), key=lambda pair: pair[1].casefold()),
        "sheet": _address("responsibilities", CSV, request),
    }
    return render(request, "site/reports/responsibilities.html", context)


def _answer(request: HttpRequest, roles: list[BodyRole], form: str, name: str) -> HttpResponseBase:
    """A report in one of its forms; what was asked for wrongly leads to the page, which says so."""
    today = timezone.localdate()
    here = list(Body.objects.filter(pk__in=BodyPage.objects.filter(alias_of=None).values("body")))
    own = list({role.body_id: role.body for role in roles}.values())
    everything = _("all instances together") if name == "progress" else ""
    asked = ReportForm(request.GET, own, here, today, everything)
    sound = not asked.is_bound or asked.is_valid()
    if form and not sound:
        return redirect(_address(name, PAGE, request))
    scope = Scope(asked.keys, [body.key for body in here], asked.scope)
    build = progress_report if name == "progress" else reach_report
    report = build(scope, asked.period, today)
    file_name = f"{report.title}_{INSTANCE.slug}_{asked.period.slug}".replace(" ", "-").lower()
    if form == CSV:
        return send_sheet(report_rows(report, today), file_name)
    if form == PDF:
        return _send_pdf(request, report, file_name, _address(name, PAGE, request))
    context = {
        "form": asked,
        "report": report,
        "sound": sound,
        "pdf": _address(name, PDF, request),
        "sheet": _address(name, CSV, request),
    }
    return render(request, "site/reports/report.html", context)


def _send_pdf(request: HttpRequest, report: Report, name: str, back: str) -> HttpResponse:
    """The report on paper; where others are having PDFs made, a page that says so."""
    context = {
        "report": report,
        "instance": INSTANCE,
        "language": (get_language() or "de").split("-")[0],
        "made": timezone.localtime(),
    }
    page = render_to_string("site/reports/print.html", context)
    try:
        if len(page) > LARGEST_PAGE:
            raise Overloaded("nobody is let wait for so long a PDF")
        with in_turn():
            content = make_pdf(page)
    except Overloaded:
        busy = render(request, "site/reports/busy.html", {"report": report, "back": back}, status=503)
        busy["Retry-After"] = str(RETRY_SECONDS)
        return busy
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or "attachment"
    return response


def _address(name: str, form: str, request: HttpRequest) -> str:
    """The same report in another form."""
    address = reverse(f"site:report-{name}{'-' if form else ''}{form}")
    query = request.GET.copy()
    query.pop("seite", None)
    return f"{address}?{query.urlencode()}" if query else address
