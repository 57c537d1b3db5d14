"""What the personal area reads. Each function says how many queries it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from content.writing import Opening
from hub.accounts.models import BodyRole, HomeAccount, JoinRequest, Preferences, RequestState, Role, User
from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from hub.municipalities.models import Body
from hub.site.queries import contributions, name_hubs
from theme.topics import read_vocabulary

NEWS = 6
ANSWER_SHOWN = dt.timedelta(days=30)
"""For how long somebody sees that a request was declined."""


@dataclass(frozen=True)
class Beginning:
    """A section with nothing published yet: somebody's role in its body, and where they may write."""

    role: BodyRole
    opening: Opening

    @property
    def invites(self) -> bool:
        """Whether they may invite colleagues."""
        return self.role.role == Role.COORDINATOR

    @property
    def first_report(self) -> str:
        """The address at which the first contribution is written."""
        return self.opening.buttons[0][0]


@dataclass(frozen=True)
class Home:
    """Where a member of another hub belongs: the hub they sign in with, the body's name, until when."""

    account: HomeAccount
    hub: str
    body: str
    valid: bool


def preferences_of(user: User) -> Preferences:
    """What somebody chose, else the defaults, which are not saved; one query."""
    found = Preferences.objects.select_related("region").filter(user=user).first()
    return found or Preferences(user=user)


def regions() -> QuerySet[Body]:
    """Districts and independent cities, by name."""
    return Body.objects.filter(kind__in=(Body.Kind.DISTRICT, Body.Kind.CITY), dissolved=None)


def region_keys(region: Body | None) -> list[str]:
    """Keys of the bodies of a region: a district with its parts, or an independent city; one query."""
    if region is None:
        return []
    parts = Body.objects.filter(Q(pk=region.pk) | Q(district=region.pk))
    return list(parts.order_by().values_list("key", flat=True))


def list_news(preferences: Preferences, viewer: Viewer) -> list[CatalogueEntry]:
    """The newest on somebody's topics or from their region, or of all without either; three queries."""
    found = contributions(viewer)
    keys = region_keys(preferences.region)
    if preferences.topics or keys:
        topics = read_vocabulary().current(preferences.topics)
        found = found.filter(Q(topics__overlap=topics) | Q(publishers__overlap=keys))
    return list(found.order_by("-changed", "pk")[:NEWS])


def requests_of(user: User, now: dt.datetime) -> list[JoinRequest]:
    """Requests of somebody that wait, or were declined lately, newest first; one query."""
    lately = Q(state=RequestState.DECLINED, decided__gte=now - ANSWER_SHOWN)
    own = JoinRequest.objects.filter(Q(state=RequestState.PENDING) | lately, user=user)
    return list(own.select_related("body").order_by("-created", "-pk"))


def home_of(user: User, now: dt.datetime) -> Home | None:
    """The hub that vouches for somebody, if they are a member of another one; three queries at most."""
    account = HomeAccount.objects.filter(user=user).first()
    if account is None:
        return None
    body = Body.objects.filter(pk=account.body).first()
    hub = name_hubs([account.issuer])[account.issuer]
    return Home(account, hub, body.name if body else account.body, account.expires > now)


def list_beginnings(roles: Iterable[BodyRole], openings: Iterable[Opening]) -> list[Beginning]:
    """What somebody could start with, for each of their bodies that has published nothing; no query."""
    empty = {opening.body: opening for opening in openings if not opening.begun}
    return [Beginning(role, empty[role.body_id]) for role in roles if role.body_id in empty]
