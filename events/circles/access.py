"""Who visits a focus group's workspace, and what is theirs to do.

A group is led by those who may publish its page. Members take part: they read what is internal, propose
items, ask, and take tasks on; those who keep the minutes write decisions down as well. No other rights exist.
Whoever leads by a role that needs a second factor leads only in a session that has it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from wagtail.models import Page

from content.models import FocusGroupPage
from events.models import Circle, CircleMember
from hub.accounts.second_factor import Lack, find_lack
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry
from hub.documents import Audience, Viewer

P = ParamSpec("P")
RECORDING = (CircleMember.Role.LEAD, CircleMember.Role.SCRIBE)


@dataclass(frozen=True)
class Visit:
    """Somebody at a workspace. ``member``: their standing row, which may still wait to be accepted.

    ``lack``: what keeps somebody from leading the group who otherwise does.
    """

    circle: Circle
    entry: CatalogueEntry
    viewer: Viewer
    leads: bool = False
    member: CircleMember | None = None
    lack: Lack | None = None

    @property
    def key(self) -> uuid.UUID:
        """That of the group's document."""
        key: uuid.UUID = self.circle.group.translation_key
        return key

    @property
    def is_known(self) -> bool:
        """Whether they belong to a town, here or on another hub: only these can ask to join."""
        return self.viewer.may_read(Audience.MEMBERS)

    @property
    def joined(self) -> CircleMember | None:
        """Their row, if they were accepted and their home still vouches for them."""
        return self.member if self.is_known and self.member and self.member.joined else None

    @property
    def takes_part(self) -> bool:
        """Whether they see what is internal and work with it."""
        return self.leads or self.joined is not None

    @property
    def records(self) -> bool:
        """Whether they write down what was decided."""
        keeps = self.joined is not None and self.joined.role in RECORDING
        return self.leads or (keeps and self.lack is None)


def find_circle(key: uuid.UUID) -> Circle | None:
    """The workspace of the group whose document has that uuid, with its page. One query."""
    found = Circle.objects.select_related("group")
    return found.filter(group__translation_key=key, group__alias_of=None).first()


def circles_below(pages: Iterable[Page]) -> QuerySet[Circle]:
    """The workspaces of these pages and of all below them."""
    found = Q(pk__in=[])
    for page in pages:
        found |= Q(group__path__startswith=page.path)
    return Circle.objects.filter(found).select_related("group")


def find_own_group(request: HttpRequest, key: uuid.UUID) -> FocusGroupPage:
    """The published group, for those who lead it. Raises ``Http404`` or ``PermissionDenied``."""
    written = FocusGroupPage.objects.filter(alias_of=None, locale__language_code=settings.LANGUAGE_CODE)
    group: FocusGroupPage = get_object_or_404(written, translation_key=key, live=True)
    if not _leads(request, group):
        raise PermissionDenied
    return group


def is_group_to_lead(page: Page, user: Any) -> bool:
    """Whether the page is a published focus group, of which this account may open the workspace."""
    if not page.live or page.alias_of_id or page.specific_class is not FocusGroupPage:
        return False
    return not page.specific_deferred.is_translation and page.permissions_for_user(user).can_publish()


def visit(request: HttpRequest, key: uuid.UUID) -> Visit:
    """This visitor at that workspace. Raises ``Http404`` unless they may read the group's page."""
    viewer, circle = viewer_of(request), find_circle(key)
    entry = find_entry(key, viewer) if circle else None
    if circle is None or entry is None or entry.source:
        raise Http404
    if not request.user.is_authenticated:
        return Visit(circle, entry, viewer)
    member = circle.members.filter(user=request.user.pk, left=None).first()
    leads = _leads(request, circle.group)
    lack = find_lack(request) if leads else None
    return Visit(circle, entry, viewer, leads and lack is None, member, lack)


def for_leaders(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Hands the visit to a view that is for those who lead the group; others sign in or are refused."""
    return _only(view, lambda found: found.leads)


def for_members(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """The same for all who take part."""
    return _only(view, lambda found: found.takes_part)


def refuse(request: HttpRequest, found: Visit) -> HttpResponse:
    """For whoever may not: those who lack a second factor are led to it, all others get ``PermissionDenied``.

    The address they are led to is guarded, and leads back to the workspace.
    """
    if found.lack is None:
        raise PermissionDenied
    if request.method in ("GET", "HEAD"):
        return redirect("events:circle_open", found.key)
    return render(request, "mfa/needed.html", {"lack": found.lack}, status=403)


def _only(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase], may: Callable[[Visit], bool]
) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def inner(request: HttpRequest, key: uuid.UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _send_to_login(request)
        found = visit(request, key)
        if not may(found):
            return refuse(request, found)
        return view(request, found, *args, **kwargs)

    return inner


def _send_to_login(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path())


def _leads(request: HttpRequest, group: FocusGroupPage) -> bool:
    return bool(group.permissions_for_user(request.user).can_publish())
