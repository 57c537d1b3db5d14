"""Who takes part in a group, and those who lead deciding about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from events.circles import mails, members
from events.circles.access import Visit, for_leaders, for_members
from events.circles.views.frame import frame
from events.models import CircleMember


@never_cache
@require_safe
@for_members
def show_members(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everybody by name and town; those who lead see who asked as well."""
    found = list(members.list_members(visit.circle))
    towns = members.name_bodies(found)
    context = frame(visit, "circle_members") | {
        "members": [(each, towns.get(each.body, "")) for each in found if each.joined],
        "asking": [(each, towns.get(each.body, "")) for each in found if not each.joined]
        if visit.leads
        else [],
        "roles": CircleMember.Role.choices,
    }
    return render(request, "events/circles/members.html", context)


@require_POST
@for_leaders
def change_member(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Accept, turn down, remove, or give another role."""
    named = request.POST.get("member", "")
    member = get_object_or_404(visit.circle.members.filter(left=None), pk=named if named.isdecimal() else 0)
    match request.POST.get("action", ""):
        case "accept":
            if members.accept(member, timezone.now()):
                mails.tell_accepted(member)
            messages.success(request, _("They belong to the group now. The dates to come are on their way."))
        case "decline" if members.decline(member, timezone.now()):
            mails.tell_declined(member)
            messages.success(request, _("They were not accepted, and hear of it by mail."))
        case "end" if member.joined:
            members.end(member, timezone.now())
            messages.success(request, _("They do not belong to the group any more."))
        case "role" if request.POST.get("role") in CircleMember.Role.values:
            members.set_role(member, request.POST["role"])
            messages.success(request, _("The role is changed."))
        case _other:
            messages.error(request, _("Nothing was changed. Please try again."))
    return redirect("events:circle_members", visit.key)
