"""Webhooks: what is withdrawn is not told any more, and its withdrawal reaches everybody who was told."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Audience
from hub.site.webhooks import services
from hub.site.webhooks.following import follow
from hub.site.webhooks.models import Delivery, Webhook
from hub.site.webhooks.sending import send_waiting
from tests.factories.pages import add_body
from tests.theme.entries import add_entry, make_document
from tests.wire.server import Response, Server, open_door, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(lambda request: Response(b"ok")) as running:
        open_door(monkeypatch, running)
        yield running


@pytest.fixture
def webhook(server: Server) -> Webhook:
    made = Webhook(body=add_body(), name="Intranet", url=f"{server.origin}/hook")
    services.begin(made)
    return made


def move(entry: CatalogueEntry, **fields: object) -> CatalogueEntry:
    """The entry as it comes to the consumers after a change."""
    for name, value in {"position": entry.position + 1_000, "revision": 2, **fields}.items():
        setattr(entry, name, value)
    entry.save()
    return entry


def sent(server: Server) -> list[str]:
    return [str(json.loads(request.body)["type"]) for request in server.requests]


GONE = [{"state": State.WITHDRAWN}, {"state": State.ERASED}, {"hidden": True}, {"audience": Audience.MEMBERS}]


@pytest.mark.parametrize("change", GONE)
def test_what_waits_is_not_sent_once_it_is_withdrawn(webhook, server, change) -> None:
    entry = add_entry(make_document("Pegel"))
    follow([entry])
    move(entry, **change)
    send_waiting(webhook.pk)
    message = Delivery.objects.get()
    assert (message.state, message.due) == ("failed", None)
    assert "Inzwischen zurückgezogen" in message.error
    assert server.requests == []
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_what_follows_a_withdrawn_one_is_sent_in_the_same_round(webhook, server) -> None:
    first, second = add_entry(make_document("Pegel")), add_entry(make_document("Parken"))
    follow([first, second])
    move(first, state=State.WITHDRAWN)
    assert send_waiting(webhook.pk) is False
    assert [json.loads(request.body)["data"]["title"] for request in server.requests] == ["Parken"]


@pytest.mark.parametrize("change", GONE)
def test_sending_again_tells_the_withdrawal_instead(webhook, server, change) -> None:
    entry = add_entry(make_document("Pegel"))
    follow([entry])
    send_waiting(webhook.pk)
    message = Delivery.objects.get()
    move(entry, **change)
    services.send_again(message)
    send_waiting(webhook.pk)
    assert sent(server) == ["record.published", "record.withdrawn"]
    last = server.requests[-1].body.decode()
    assert entry.object_id in last
    assert "Pegel" not in last


def test_a_withdrawal_is_told_once_whoever_notices_it_first(webhook, server) -> None:
    entry = add_entry(make_document("Pegel"))
    follow([entry])
    send_waiting(webhook.pk)
    message = Delivery.objects.get()
    move(entry, state=State.WITHDRAWN)
    services.send_again(message)
    send_waiting(webhook.pk)
    follow([entry])
    send_waiting(webhook.pk)
    services.send_again(message)
    send_waiting(webhook.pk)
    assert sent(server) == ["record.published", "record.withdrawn"]


def test_a_trial_and_a_withdrawal_are_sent_again_as_they_are(webhook, server) -> None:
    services.try_out(webhook)
    entry = add_entry()
    follow([entry])
    send_waiting(webhook.pk)
    follow([move(entry, state=State.WITHDRAWN)])
    send_waiting(webhook.pk)
    services.send_again(Delivery.objects.get(event="record.withdrawn"))
    send_waiting(webhook.pk)
    assert sent(server) == ["trial", "record.published", "record.withdrawn", "record.withdrawn"]


def test_what_was_withdrawn_while_it_was_off_is_told_when_it_is_switched_on(webhook, server) -> None:
    told, kept, untold = (add_entry(make_document(title)) for title in ("Pegel", "Parken", "Laden"))
    follow([told, kept])
    send_waiting(webhook.pk)
    services.switch_off(webhook)
    for entry in (told, untold):
        follow([move(entry, state=State.WITHDRAWN)])
    services.switch_on(webhook)
    services.switch_on(webhook)
    send_waiting(webhook.pk)
    assert sent(server) == ["record.published", "record.published", "record.withdrawn"]
    assert told.object_id in server.requests[-1].body.decode()


@pytest.mark.parametrize("number", [1, 6])
def test_switching_on_costs_the_same_for_one_and_for_many(webhook, number, django_assert_num_queries) -> None:
    entries = [add_entry() for _ in range(number)]
    follow(entries)
    Delivery.objects.update(state="delivered", due=None, attempts=1)
    services.switch_off(webhook)
    for entry in entries:
        move(entry, state=State.WITHDRAWN)
    with django_assert_num_queries(13):
        services.switch_on(webhook)
    assert Delivery.objects.filter(event="record.withdrawn").count() == number
