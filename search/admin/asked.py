"""``/admin/suche/gesucht/``: what was sought, and how often nothing was found. For those who publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hub.accounts.roles import is_elevated
from search.admin.indexes import PERMISSION
from search.asked import known_terms, monday_of
from search.models import SearchTerm
from theme.sheets import Value, send_sheet

PER_PAGE = 100
Labels = dict[str, str | Promise]
SPANS: Labels = {
    "4": gettext_lazy("4 weeks"),
    "12": gettext_lazy("12 weeks"),
    "52": gettext_lazy("a year"),
}
SHOWN: Labels = {
    "ohne": gettext_lazy("what was not found"),
    "alle": gettext_lazy("everything that was sought"),
}
SORTS: Labels = {
    "leer": gettext_lazy("most often without results"),
    "oft": gettext_lazy("most often sought"),
    "neu": gettext_lazy("sought last"),
    "text": gettext_lazy("by the alphabet"),
}
_ORDERS = {
    "leer": ("-without", "-all_times", "text"),
    "oft": ("-all_times", "text"),
    "neu": ("-last", "-all_times", "text"),
    "text": ("text",),
}

View = Callable[..., HttpResponseBase]


def for_editors(view: View) -> View:
    """Editors, coordinators and operators; others are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_elevated(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return require_safe(guarded)


@for_editors
def asked(request: HttpRequest) -> HttpResponse:
    """The list, by text. Three queries besides those of the session."""
    chosen = _chosen(request)
    found = sum_up(rows_of(chosen, timezone.localdate()), chosen["sortierung"])
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        "chosen": chosen,
        "spans": SPANS.items(),
        "shown": SHOWN.items(),
        "sorts": SORTS.items(),
        "query": urlencode(chosen),
        "synonyms": reverse("search_synonyms:add") if request.user.has_perm(PERMISSION) else "",
    }
    return TemplateResponse(request, "search/admin/asked.html", context)


@for_editors
def asked_sheet(request: HttpRequest) -> HttpResponseBase:
    """The same by week and text, all of it, as a table for office programs."""
    today = timezone.localdate()
    rows = rows_of(_chosen(request), today).order_by("-week", "-without_results", "-times", "text")
    head: list[Value] = [_("Week from"), _("Sought"), _("How often"), _("of these without results")]
    lines: Iterator[list[Value]] = (
        [row.week, row.shown, row.times, row.without_results] for row in rows.iterator(chunk_size=500)
    )
    return send_sheet(chain([head], lines), f"gesucht_{today.isoformat()}")


def rows_of(chosen: dict[str, str], today: dt.date) -> QuerySet[SearchTerm]:
    """The rows of the weeks that are asked for, this one among them."""
    first = monday_of(today) - dt.timedelta(weeks=int(chosen["wochen"]) - 1)
    rows = known_terms().filter(week__gte=first)
    return rows.filter(without_results__gt=0) if chosen["zeige"] == "ohne" else rows


def sum_up(rows: QuerySet[SearchTerm], sort: str) -> QuerySet[Any, dict[str, Any]]:
    """One row for each text: ``wording``, ``all_times``, ``without``, ``weeks`` and the ``last`` day."""
    summed = rows.values("text").annotate(
        wording=Max("shown"),
        all_times=Sum("times"),
        without=Sum("without_results"),
        weeks=Count("week"),
        last=Max("last_day"),
    )
    return summed.order_by(*_ORDERS[sort])  # type: ignore[return-value]  # its own name for these rows


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What is asked for; what cannot be meant becomes what is usual."""
    known = {"wochen": (SPANS, "12"), "zeige": (SHOWN, "ohne"), "sortierung": (SORTS, "leer")}
    return {
        name: given if (given := request.GET.get(name, "")) in labels else usual
        for name, (labels, usual) in known.items()
    }
