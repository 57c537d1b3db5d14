"""How others find an actor by its handle (WebFinger, RFC 7033) and what runs here (NodeInfo 2.1)."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from federation.activitypub import addresses
from federation.activitypub.actors import publishing_bodies
from federation.activitypub.outbox import public_entries
from hub.accounts.models import User
from hub.env import env
from hub.municipalities.models import Body

NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.1"
SOFTWARE = "wissenshub"
MONTH, HALF_YEAR = dt.timedelta(days=30), dt.timedelta(days=180)


def describe(resource: str) -> dict[str, Any] | None:
    """The JRD of a handle, an actor or its page here; None if nobody of that name is here.

    No query for the instance, one for a body. The name of a body in its handle may be an old one: the key
    says which it is.
    """
    followed = _followed(resource)
    if followed == "":
        return _jrd(env.slug, "", env.origin + "/")
    body = publishing_bodies().filter(key=followed).first() if followed else None
    if body is None:
        return None
    return _jrd(addresses.user_of(body), body.key, page_of(body))


def page_of(body: Body) -> str:
    """The body's page for people."""
    return f"{env.origin}/kommunen/{body.key}/"


def _followed(resource: str) -> str | None:
    """The key of a body, empty for the instance, None for anything that is not here."""
    if resource.startswith("acct:"):
        user, _, host = resource.removeprefix("acct:").removeprefix("@").rpartition("@")
        if host.lower() != addresses.host() or not user:
            return None
        if user.lower() == env.slug:
            return ""
        return user.lower().rpartition("_")[2] if "_" in user else None
    if resource in {env.origin, env.origin + "/"}:
        return ""
    page = resource.removeprefix(f"{env.origin}/kommunen/").rstrip("/")
    return page if page != resource.rstrip("/") and "/" not in page else addresses.followed_of(resource)


def _jrd(user: str, followed: str, page: str) -> dict[str, Any]:
    actor = addresses.actor(followed)
    return {
        "subject": f"acct:{user}@{addresses.host()}",
        "aliases": [actor, page],
        "links": [
            {"rel": "self", "type": addresses.ACTIVITY_JSON, "href": actor},
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
        ],
    }


def nodeinfo() -> dict[str, Any]:
    """What runs here, and how much of it: accounts that can sign in, and public documents. Two queries."""
    now = timezone.now()
    users = User.objects.filter(is_active=True).aggregate(
        total=Count("pk"),
        month=Count("pk", filter=Q(last_login__gte=now - MONTH)),
        half_year=Count("pk", filter=Q(last_login__gte=now - HALF_YEAR)),
    )
    return {
        "version": "2.1",
        "software": {"name": SOFTWARE, "version": _version()},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0"]},
        "openRegistrations": True,
        "usage": {
            "users": {
                "total": users["total"],
                "activeMonth": users["month"],
                "activeHalfyear": users["half_year"],
            },
            "localPosts": public_entries().count(),
        },
        "metadata": {"nodeName": env.name},
    }


@cache
def _version() -> str:
    """The version of this software, as the project states it."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
