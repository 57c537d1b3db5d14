"""Sending what waits: in the order it came about, signed, tried again, given up in sight."""

from __future__ import annotations

import datetime as dt
import http
import time
import uuid
from collections.abc import Mapping

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hub import fetching
from hub.accounts import mails
from hub.accounts.roles import coordinators_of
from hub.errors import FetchFailed, PrivateAddress, Redirected, TooSlow
from hub.site.webhooks.following import SHOWING, readable, tell_withdrawn
from hub.site.webhooks.models import Delivery, DeliveryState, Webhook
from hub.site.webhooks.signing import sign

logger = structlog.get_logger("hub.webhooks")

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after each failure; after the last one a message is given up: two days in all."""
PATIENCE = dt.timedelta(days=5)
"""A webhook that has failed for so long without one success is switched off."""
SECONDS = 10.0
"""How long the other system may take to answer."""
ANSWER_BYTES = 64_000
ROUND_SECONDS = 30.0
"""A round begins no other message after that time, so that other jobs get their turn."""


def send_waiting(key: uuid.UUID) -> bool:
    """Send a webhook's messages that are due, oldest first; whether some are left for another round.

    After one that could not be handed over the rest waits, for it would fail as well. One job at a time
    does this for a webhook. A process that ends between sending and noting sends again, under the same id.
    """
    end = time.monotonic() + ROUND_SECONDS
    while time.monotonic() < end:
        message = _next(key)
        if message is None:
            return False
        if message.event in SHOWING and not readable([message.record] if message.record else []):
            _pass_over(message)
            continue
        delivered = _send(message)
        _note(message)
        if not delivered:
            return False
    return True


def _next(key: uuid.UUID) -> Delivery | None:
    due = Delivery.objects.filter(
        webhook=key, webhook__off="", state=DeliveryState.WAITING, due__lte=timezone.now()
    )
    return due.select_related("webhook").order_by("created", "pk").first()


def _pass_over(message: Delivery) -> None:
    """Give up what nobody may read any more, unsent; who was told of it before is told that it is gone."""
    message.state, message.due = DeliveryState.FAILED, None
    message.error = _("Withdrawn meanwhile, no longer sent.")
    with transaction.atomic():
        message.save(update_fields=["state", "due", "error", "changed"])
        if message.record:
            tell_withdrawn(message.webhook_id, message.record)


def _send(message: Delivery) -> bool:
    """Try once; whether the other system took it. What came of it is set on the message."""
    webhook, body = message.webhook, message.body.encode()
    message.attempts += 1
    message.status, message.error = None, ""
    try:
        reply = fetching.fetch(
            "POST",
            webhook.url,
            headers=_headers(webhook, message, body),
            body=body,
            max_bytes=ANSWER_BYTES,
            seconds=SECONDS,
        )
    except FetchFailed as error:
        message.error = explain(error)
    else:
        message.status = reply.status
        if reply.status // 100 != 2:
            message.error = _("The other system answered “%(status)s”.") % {"status": _status(reply.status)}
    return not message.error


def explain(error: FetchFailed) -> str:
    """Why a message could not be handed over, in words for whoever set the webhook up."""
    if isinstance(error, TooSlow):
        return _("The other system did not answer within %(n)s seconds.") % {"n": int(SECONDS)}
    if isinstance(error, Redirected):
        return _("The address leads on to another one (redirect). Enter the final address.")
    if isinstance(error, PrivateAddress):
        return _("The address lies in an internal network. Only addresses on the internet are sent to.")
    return _("The message could not be handed over: %(reason)s") % {"reason": error}


def _headers(webhook: Webhook, message: Delivery, body: bytes) -> Mapping[str, str]:
    now = int(time.time())
    return {
        "Content-Type": "application/json",
        "webhook-id": str(message.pk),
        "webhook-timestamp": str(now),
        "webhook-signature": sign(webhook.secret, str(message.pk), now, body),
    }


def _note(message: Delivery) -> None:
    """Write down what came of an attempt, and what follows for the webhook and what else waits for it."""
    now = timezone.now()
    if not message.error:
        message.state, message.due = DeliveryState.DELIVERED, None
    elif message.attempts > len(WAITS):
        message.state, message.due = DeliveryState.FAILED, None
    else:
        message.due = now + WAITS[message.attempts - 1]
    with transaction.atomic():
        message.save()
        webhook = Webhook.objects.select_for_update().get(pk=message.webhook_id)
        if message.error:
            _note_failing(webhook, message, now)
            _postpone_others(message)
        elif webhook.failing_since:
            webhook.failing_since = None
            webhook.save(update_fields=["failing_since"])


def _note_failing(webhook: Webhook, message: Delivery, now: dt.datetime) -> None:
    webhook.failing_since = webhook.failing_since or now
    if message.status == http.HTTPStatus.GONE:
        webhook.off = _("The other system said that this address exists no more (410).")
    elif now - webhook.failing_since > PATIENCE:
        webhook.off = _("Nothing could be handed over for five days. The last reason: %(reason)s") % {
            "reason": message.error
        }
    webhook.save(update_fields=["failing_since", "off"])
    logger.warning("webhook failed", webhook=str(webhook.pk), status=message.status, off=bool(webhook.off))
    if webhook.off:
        _tell_off(webhook)


def _tell_off(webhook: Webhook) -> None:
    mails.post_to_wanting(
        "webhook_off",
        coordinators_of(webhook.body),
        webhook=webhook.name,
        reason=webhook.off,
        url=mails.whole_url("site:webhook", webhook.pk),
    )


def _postpone_others(message: Delivery) -> None:
    """What else waits for the same system is not tried before this one is."""
    if message.state == DeliveryState.WAITING and message.due:
        others = Delivery.objects.filter(webhook=message.webhook_id, state=DeliveryState.WAITING)
        others.filter(due__lt=message.due).update(due=message.due)


def _status(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
