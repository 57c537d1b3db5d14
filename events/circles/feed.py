"""The calendar of a group for one of its members, also for accounts that no mail reaches."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.calendars.components import build_meeting
from events.calendars.files import build_feed
from events.calendars.pages import meeting_of_page
from events.calendars.views import answer_secret
from events.models import Circle, CircleMember
from hub.accounts.viewer import viewer_for
from hub.documents import Audience
from hub.env import env

SALT = "events.circle_feed"


def feed_address(member: CircleMember) -> str:
    """Where programs read it; it ends when they leave, and rests while their home does not vouch for them."""
    token = Signer(salt=SALT).sign(str(member.pk)).replace(":", "~")
    return env.origin + reverse("events:circle_calendar", args=[token])


def build_circle_feed(circle: Circle) -> bytes:
    """All meetings, those of series that have ended too. One query."""
    series = circle.series.filter(event__live=True).select_related("event").order_by("event__starts", "pk")
    found = [meeting for each in series if (meeting := meeting_of_page(each.event))]
    name = _("Wissenshub: %(group)s") % {"group": circle.group.title}
    return build_feed(name, [part for meeting in found for part in build_meeting(meeting)])


@require_safe
def show_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of the group whose member has the link; nobody else finds it."""
    member = _find_member(token)
    if member is None:
        raise Http404
    return answer_secret(request, build_circle_feed(member.circle), "fokusgruppe.ics")


def _find_member(token: str) -> CircleMember | None:
    try:
        key = int(Signer(salt=SALT).unsign(token.replace("~", ":")))
    except (BadSignature, ValueError):
        return None
    members = CircleMember.objects.select_related("circle__group", "user")
    member = members.filter(pk=key, left=None, joined__isnull=False).first()
    return member if member and viewer_for(member.user).may_read(Audience.MEMBERS) else None
