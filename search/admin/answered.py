"""``/admin/suche/antworten/``: the report on answers for data protection officers, and its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Avg, Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from search.admin.indexes import PERMISSION
from search.answers.log import CANCELLED, KEPT, TEXT_KEPT
from search.answers.models import AnswerLog
from search.answers.transparency import describe_system
from theme.sheets import Value, send_sheet

SPANS = {"30": gettext_lazy("30 days"), "90": gettext_lazy("90 days"), "183": gettext_lazy("half a year")}
USUAL = "90"

VERDICTS: dict[str, str | Promise] = {
    "verbatim": gettext_lazy("verbatim passages shown"),
    "related": gettext_lazy("related passages only"),
    "nothing": gettext_lazy("nothing found"),
}
ROLES: dict[str, str | Promise] = {"guest": gettext_lazy("guests"), "member": gettext_lazy("members")}
CHANNELS: dict[str, str | Promise] = {
    "page": gettext_lazy("the page"),
    "api": gettext_lazy("the programming interface"),
    "mcp": gettext_lazy("assistants (MCP)"),
}
OUTCOMES: dict[str, str | Promise] = {
    "complete": gettext_lazy("formulated, each sentence with its quotation"),
    "refused": gettext_lazy("nothing could be proved, so nothing was said"),
    "failed": gettext_lazy("the model did not answer"),
    "busy": gettext_lazy("the model was busy"),
    CANCELLED: gettext_lazy("stopped by the person who asked"),
}

Counted = list[tuple[str | Promise, int]]


@permission_required(PERMISSION, raise_exception=True)
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    """The report over a period. Two queries besides those of the session."""
    span = _span(request)
    context = {
        "spans": SPANS.items(),
        "span": span,
        "since": timezone.localdate() - dt.timedelta(days=int(span)),
        "until": timezone.localdate(),
        "kept": KEPT.days,
        "text_kept": TEXT_KEPT.days,
        "system": describe_system(),
        **count(_rows(span)),
    }
    return TemplateResponse(request, "search/admin/answered.html", context)


@permission_required(PERMISSION, raise_exception=True)
@require_safe
def answered_sheet(request: HttpRequest) -> HttpResponseBase:
    """The rows themselves, newest first."""
    head: list[Value] = [
        _("Time"), _("Asked by"), _("Through"), _("Verdict"), _("Model"), _("Outcome"), _("Sources"),
        _("State of the catalogue"), _("Vectors by"), _("Milliseconds"), _("Helpful"), _("Question"),
    ]  # fmt: skip
    rows = _rows(_span(request)).order_by("-at").iterator(chunk_size=500)
    return send_sheet(chain([head], map(_line, rows)), f"antworten_{timezone.localdate().isoformat()}")


def count(rows: QuerySet[AnswerLog]) -> dict[str, Any]:
    """The figures of the report: counts by verdict, role, channel and outcome, and what it took."""
    groups = rows.order_by().values_list("verdict", "role", "channel", "outcome").annotate(Count("pk"))
    held = list(groups)
    totals = rows.aggregate(
        asked=Count("pk"),
        helped=Count("pk", filter=Q(helpful=True)),
        missed=Count("pk", filter=Q(helpful=False)),
        texts=Count("pk", filter=~Q(text="")),
        duration=Avg("milliseconds"),
        sent=Sum("prompt_tokens"),
        received=Sum("completion_tokens"),
    )
    named = (VERDICTS, ROLES, CHANNELS, OUTCOMES)
    verdicts, roles, channels, outcomes = (
        [(label, sum(row[-1] for row in held if row[place] == value)) for value, label in labels.items()]
        for place, labels in enumerate(named)
    )
    told = {"verdicts": verdicts, "roles": roles, "channels": channels, "outcomes": outcomes}
    return {"totals": totals, **told}


def _line(row: AnswerLog) -> Iterator[Value]:
    yield timezone.localtime(row.at).strftime("%d.%m.%Y %H:%M:%S")
    yield ROLES.get(row.role, row.role)
    yield CHANNELS.get(row.channel, row.channel)
    yield VERDICTS.get(row.verdict, row.verdict)
    yield row.model
    yield OUTCOMES.get(row.outcome, row.outcome)
    yield " ".join(row.passages)
    yield row.position
    yield row.embedder
    yield row.milliseconds
    yield {True: _("yes"), False: _("no"), None: ""}[row.helpful]
    yield row.text


def _span(request: HttpRequest) -> str:
    given = request.GET.get("tage", USUAL)
    return given if given in SPANS else USUAL


def _rows(span: str) -> QuerySet[AnswerLog]:
    return AnswerLog.objects.filter(at__gte=timezone.now() - dt.timedelta(days=int(span)))
