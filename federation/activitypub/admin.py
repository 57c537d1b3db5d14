"""The operators' pages about the Fediverse: who follows, and what was reported."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from federation.activitypub.models import Follower, Report
from hub.env import env
from hub.municipalities.models import Body

ON_A_PAGE = 50


@permission_required("federation.view_follower", raise_exception=True)
@require_GET
def followers(request: HttpRequest) -> HttpResponse:
    """Who follows this instance or a body of it, newest first, and whether it can be reached."""
    page = Paginator(Follower.objects.order_by("-since", "-pk"), ON_A_PAGE).get_page(request.GET.get("p"))
    names = dict(Body.objects.filter(pk__in={row.followed for row in page}).values_list("pk", "name"))
    rows = [(row, names.get(row.followed, row.followed) or env.name) for row in page]
    return TemplateResponse(request, "federation/activitypub/followers.html", {"page": page, "rows": rows})


@permission_required("federation.view_report", raise_exception=True)
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """What people in the Fediverse have reported: what is open first."""
    ordered = Report.objects.order_by(F("settled").desc(nulls_first=True), "-received", "-pk")
    context = {
        "page": Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("p")),
        "may_change": request.user.has_perm("federation.change_report"),
    }
    return TemplateResponse(request, "federation/activitypub/reports.html", context)


@permission_required("federation.change_report", raise_exception=True)
@require_POST
def settle_report(request: HttpRequest, number: int) -> HttpResponse:
    """Tick a report off, or open it again."""
    report = get_object_or_404(Report, pk=number)
    done = request.POST.get("action") == "settle"
    report.settled = timezone.now() if done else None
    report.settled_by = str(request.user) if done else ""
    report.save(update_fields=["settled", "settled_by"])
    messages.success(request, _("The report is settled.") if done else _("The report is open again."))
    return redirect("federation_reports")
