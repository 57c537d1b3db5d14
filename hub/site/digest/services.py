"""Asking for the digest, confirming, changing and ending it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from smtplib import SMTPRecipientsRefused

from django.db import transaction

from hub.catalogue.queries import newest_position
from hub.site.digest.links import KEPT_FOR, Request
from hub.site.digest.mails import send_request
from hub.site.digest.models import Subscription
from hub.site.digest.wishes import Wish
from hub.site.mailing import is_for_good


class NotSent(Exception):
    """The mail server does not answer. Nothing was stored; try again in a few minutes."""


class AddressRefused(Exception):
    """The mail server takes no mail for this address. Nothing was stored; correct the address."""


def ask(email: str, wish: Wish, now: dt.datetime) -> None:
    """Send the mail that asks whether ``email`` wants the digest; until then nothing changes for it.

    The same happens for an address that has the digest already, so that nobody learns whether it has.
    Stored and sent together: raises :class:`NotSent` or :class:`AddressRefused`, and nothing stays.
    """
    address = email.strip().lower()
    try:
        with transaction.atomic():
            values = {"asked": now}
            subscription, is_new = Subscription.objects.get_or_create(email=address, defaults=values)
            if not is_new and subscription.confirmed is None:
                subscription.asked = now
                subscription.save(update_fields=["asked"])
            send_request(subscription, Request(subscription.key, wish, now))
    except SMTPRecipientsRefused as error:
        raise (AddressRefused if is_for_good(error) else NotSent) from error
    except OSError as error:  # every other failure of smtplib is one
        raise NotSent from error


def confirm(request: Request, now: dt.datetime) -> Subscription | None:
    """The request's wish holds from now on, in place of an earlier one; None where there is none any more.

    A request that is older than the last confirmation changes nothing, so that a link works once. What is
    new is told from now on, to who had the digest before from where the last one ended.
    """
    with transaction.atomic():
        found = Subscription.objects.select_for_update().filter(key=request.key).first()
        if found is None or is_used(request, found):
            return found
        if found.confirmed is None:
            found.sent_until, found.told = now, newest_position()
        found.asked, found.confirmed, found.refused = request.asked, now, []
        request.wish.write_to(found)
        found.save()
        return found


def is_used(request: Request, subscription: Subscription) -> bool:
    """Whether the subscription was confirmed after this request."""
    return subscription.confirmed is not None and request.asked <= subscription.confirmed


def change(key: uuid.UUID, wish: Wish) -> bool:
    """Set a confirmed subscription to another wish; whether it is still there."""
    with transaction.atomic():
        found = Subscription.objects.select_for_update().filter(key=key, confirmed__isnull=False).first()
        if found is None:
            return False
        wish.write_to(found)
        found.save()
        return True


def unsubscribe(key: uuid.UUID) -> None:
    """Delete a subscription; doing it twice is the same as once. A mail under way is waited for."""
    Subscription.objects.filter(key=key).delete()


def forget_unconfirmed(now: dt.datetime) -> int:
    """Delete the requests nobody has confirmed within :data:`KEPT_FOR`; how many there were."""
    return Subscription.objects.filter(confirmed=None, asked__lt=now - KEPT_FOR).delete()[0]


def forget_addresses(addresses: Iterable[str]) -> None:
    """Delete the subscriptions of these addresses, asked for or confirmed, as their owner leaves for good."""
    Subscription.objects.filter(email__in=[address.lower() for address in addresses]).delete()
