"""Making keys, and telling whose one is."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from hub.accounts.models import User
from hub.site.tokens.models import AccessToken

PREFIX = "wissenshub_"
"""By it people, and scanners for secrets, know what such a key is."""

MOST = 10
"""Keys that one account has at once."""

LONGEST_DAYS = 365
KEPT = dt.timedelta(days=30)
"""How long an expired key is still listed, so that its owner sees why a program gets no answer."""


class TooMany(Exception):
    """The account has :data:`MOST` keys already. Revoke one that is not used any more."""


def make_token(user: User, name: str, days: int) -> tuple[AccessToken, str]:
    """A new key for ``days`` days, at most :data:`LONGEST_DAYS`, and its wording, which is told this once.

    Raises :class:`TooMany`.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    expires = timezone.now() + dt.timedelta(days=min(days, LONGEST_DAYS))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if AccessToken.objects.filter(user=user).count() >= MOST:
            raise TooMany
        token = AccessToken.objects.create(user=user, name=name, digest=_digest(secret), expires=expires)
    return token, secret


def find_owner(secret: str) -> User | None:
    """Whose key this is; None for one that is unknown, expired or revoked, or whose account is locked.

    One query, and one more on the first use of a day.
    """
    held = AccessToken.objects.filter(
        digest=_digest(secret), expires__gt=timezone.now(), user__is_active=True
    )
    token = held.select_related("user").first()
    if token is None:
        return None
    today = timezone.localdate()
    if token.used != today:
        AccessToken.objects.filter(pk=token.pk).update(used=today)
    return token.user


def forget_expired() -> None:
    """Delete keys that expired :data:`KEPT` ago."""
    AccessToken.objects.filter(expires__lt=timezone.now() - KEPT).delete()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
