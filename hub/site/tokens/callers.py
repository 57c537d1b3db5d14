"""On whose behalf a program asks: its key says, and no cookie does."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

from hub.accounts.viewer import viewer_for
from hub.documents import Audience, Viewer
from hub.site.tokens.services import find_owner

SCHEME = "bearer"
LIMITS = {"wrong_key": "60/m/ip"}


class KeyRefused(Exception):
    """The key is unknown, expired or revoked: make a new one under /mein/schluessel/, or ask without."""


class TooManyWrong(Exception):
    """Too many wrong keys came from this address: wait a minute."""


@dataclass(frozen=True)
class Caller:
    """What a program may read, and the number of the account whose key it has; None without a key."""

    viewer: Viewer
    person: int | None = None

    @property
    def audience(self) -> Audience:
        """The widest audience whose documents it is given."""
        return Audience.MEMBERS if self.viewer.may_read(Audience.MEMBERS) else Audience.PUBLIC


def caller_of(request: HttpRequest) -> Caller:
    """Who asks, by ``Authorization: Bearer …``; without it the public. Up to four queries.

    A key reads what is public and what is for members, as far as its owner may now; what is for the instance
    alone it never reads. Raises :class:`KeyRefused` and :class:`TooManyWrong`.
    """
    given = request.headers.get("Authorization", "")
    if not given:
        return Caller(Viewer.anonymous())
    scheme, _, secret = given.partition(" ")
    owner = find_owner(secret.strip()) if scheme.lower() == SCHEME else None
    if owner is None:
        held = consume(request, app="site", action="wrong_key", config=LIMITS, limit_get=True)
        raise KeyRefused if held is not None else TooManyWrong
    is_member = viewer_for(owner).may_read(Audience.MEMBERS)
    return Caller(Viewer.member() if is_member else Viewer.anonymous(), owner.pk)
