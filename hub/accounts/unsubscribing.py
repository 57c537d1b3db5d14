"""Links that switch a kind of mail off, without signing in (RFC 8058, RFC 2369 section 3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Preferences, User
from hub.env import env

SALT = "hub.accounts.unsubscribing"


class MailKind(models.TextChoices):
    """Mails somebody may switch off, by the field of :class:`Preferences` that does it."""

    REQUESTS = "mail_requests", _("mails about requests, questions and reviews that wait for you")
    DUE = "mail_due", _("reminders of reports that are due for reconfirmation")


@dataclass(frozen=True)
class Subscription:
    """Whose mails of which kind a link is about."""

    user: User
    kind: MailKind


def wants_mail(user: User, kind: MailKind) -> bool:
    """Whether somebody has left this kind of mail on; it is on unless switched off. One query."""
    return not Preferences.objects.filter(user=user, **{kind.value: False}).exists()


def unsubscribe_url(user: User, kind: MailKind) -> str:
    """The whole address that switches this kind of mail off; it holds no address and never expires."""
    token = signing.dumps({"s": str(user.subject), "k": kind.value}, salt=SALT)
    return env.origin + reverse("site:unsubscribe", args=[token])


def unsubscribe_headers(url: str) -> dict[str, str]:
    """Headers with which mail programs offer a button for what ``url`` ends (RFC 8058 section 3.1)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_token(token: str) -> Subscription | None:
    """What a link is about; None if it is forged, mangled, or its account is gone."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(subject=said["s"]).first()
    return Subscription(user, MailKind(said["k"])) if user else None


def switch_mail(subscription: Subscription, *, on: bool) -> None:
    """Switch a kind of mail on or off; doing it twice is the same as once."""
    with transaction.atomic():
        Preferences.objects.update_or_create(user=subscription.user, defaults={subscription.kind.value: on})
