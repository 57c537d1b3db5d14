"""Verbs: set a webhook up, try it, switch it on and off, send a message again."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from hub.catalogue.queries import newest_position
from hub.site.webhooks.following import tell_withdrawn
from hub.site.webhooks.models import Delivery, DeliveryState, Event, Webhook
from hub.site.webhooks.payloads import describe_trial
from hub.site.webhooks.signing import new_secret
from hub.site.webhooks.tasks import enqueue_sending

MOST_PER_BODY = 20


def begin(webhook: Webhook) -> None:
    """Save a new webhook; it is told of what happens from now on."""
    webhook.secret, webhook.since = new_secret(), newest_position()
    webhook.save()


def try_out(webhook: Webhook) -> Delivery:
    """Send a message that only shows whether messages arrive."""
    now = timezone.now()
    message = Delivery.objects.create(
        webhook=webhook,
        title=_("Trial message"),
        event=Event.TRIAL,
        body=describe_trial(webhook.name, now.isoformat()),
        due=now,
    )
    enqueue_sending(webhook.pk)
    return message


def send_again(message: Delivery) -> None:
    """Send a message once more, under its id, by which the other system knows it."""
    message.state, message.due, message.attempts = DeliveryState.WAITING, timezone.now(), 0
    message.save(update_fields=["state", "due", "attempts", "changed"])
    enqueue_sending(message.webhook_id)


def switch_on(webhook: Webhook) -> None:
    """Send again from now on: what has waited meanwhile goes out, what happened while it was off does not.

    Withdrawals do: who was told of a record is to learn that it is gone.
    """
    webhook.off, webhook.failing_since, webhook.since = "", None, newest_position()
    webhook.save(update_fields=["off", "failing_since", "since"])
    tell_withdrawn(webhook.pk)
    waiting = Delivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING)
    waiting.update(due=timezone.now(), attempts=0)
    enqueue_sending(webhook.pk)


def switch_off(webhook: Webhook) -> None:
    """Send nothing more until it is switched on."""
    webhook.off = _("Switched off by the coordination.")
    webhook.save(update_fields=["off"])


def renew_secret(webhook: Webhook) -> None:
    """Sign with a new secret from now on."""
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret"])
