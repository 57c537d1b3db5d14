"""``/admin/peers/recovered/``: own contributions that came back after a restore and have no page."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from federation.admin.permissions import can_change, may_change, may_view
from federation.restoring.alarms import reasons_without_page, recovered_without_page
from hub.catalogue.recovering import withdraw_recovered
from hub.errors import NotCurrent

SHOWN = 200


@may_view
@require_GET
def recovered(request: HttpRequest) -> HttpResponse:
    """The list, with why each could not become a page."""
    shown = list(recovered_without_page()[:SHOWN])
    reasons = reasons_without_page(entry.object_id for entry in shown)
    rows = [{"entry": entry, "reason": reasons.get(entry.object_id, "")} for entry in shown]
    return render(
        request,
        "federation/admin/recovered.html",
        {
            "rows": rows,
            "more": recovered_without_page().count() - len(rows),
            "may_change": can_change(request),
        },
    )


@may_change
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Asked for, what will happen; sent, the contribution is withdrawn everywhere."""
    if request.method == "GET":
        asked = get_object_or_404(recovered_without_page(), uuid=key)
        return render(request, "federation/admin/recovered_withdraw.html", {"entry": asked})
    entry = recovered_without_page().filter(uuid=key).first()
    try:
        if entry is not None and withdraw_recovered(entry.object_id):
            messages.success(
                request,
                _("“%(title)s” is withdrawn, here and on every approved instance.") % {"title": entry.title},
            )
        else:
            messages.warning(request, _("Nothing is withdrawn: it is no longer without a page."))
    except NotCurrent as error:
        messages.error(request, str(error))
    return redirect("federation_recovered")
