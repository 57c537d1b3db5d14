"""Signed links of the digest's mails. They hold no address, only the subscription's own key.

A link to confirm holds what it confirms and expires; links to change and to unsubscribe never do. Each opens
what it is for alone: the one to unsubscribe stands in the head of a mail, where others read it too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.urls import reverse

from hub.env import env
from hub.site.digest.models import Subscription
from hub.site.digest.wishes import Wish
from hub.site.mailing import read_key, sign_key

KEPT_FOR = dt.timedelta(days=7)
"""How long a request waits to be confirmed; then it is deleted."""

CONFIRM_SALT = "hub.site.digest.confirm"
MANAGE_SALT = "hub.site.digest.manage"
UNSUBSCRIBE_SALT = "hub.site.digest.unsubscribe"


class Expired(Exception):
    """The link was ours and is too old. Ask for the digest again."""


@dataclass(frozen=True)
class Request:
    """What a link confirms: of which subscription, what, and when that was asked for."""

    key: uuid.UUID
    wish: Wish
    asked: dt.datetime


def confirm_url(request: Request) -> str:
    """The whole address of the page on which a request is confirmed."""
    said = {"s": request.key.hex, "a": request.asked.isoformat(), "w": asdict(request.wish)}
    token = signing.dumps(said, salt=CONFIRM_SALT, compress=True)
    return env.origin + reverse("site:digest-confirm", args=[token])


def read_request(token: str) -> Request | None:
    """What a link confirms; None if it is forged or mangled. Raises :class:`Expired`."""
    try:
        said = signing.loads(token, salt=CONFIRM_SALT, max_age=KEPT_FOR)
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature:
        return None
    wish = Wish(**{name: _frozen(value) for name, value in said["w"].items()})
    return Request(uuid.UUID(said["s"]), wish, dt.datetime.fromisoformat(said["a"]))


def manage_url(subscription: Subscription) -> str:
    """The whole address at which the digest can be changed."""
    return env.origin + reverse("site:digest-manage", args=[manage_token(subscription)])


def unsubscribe_url(subscription: Subscription) -> str:
    """The whole address that ends the digest."""
    return env.origin + reverse("site:digest-unsubscribe", args=[unsubscribe_token(subscription)])


def manage_token(subscription: Subscription) -> str:
    """The signed key of a subscription, for its settings."""
    return sign_key(subscription.key, MANAGE_SALT)


def unsubscribe_token(subscription: Subscription) -> str:
    """The signed key of a subscription, for nothing but ending it."""
    return sign_key(subscription.key, UNSUBSCRIBE_SALT)


def read_managed(token: str) -> uuid.UUID | None:
    """The subscription whose settings a token opens; None if it is forged, mangled or for something else."""
    return read_key(token, MANAGE_SALT)


def read_unsubscribed(token: str) -> uuid.UUID | None:
    """The subscription that a token ends; None if it is forged, mangled or for something else."""
    return read_key(token, UNSUBSCRIBE_SALT)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
