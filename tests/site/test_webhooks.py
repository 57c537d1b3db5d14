"""Webhooks: who is told of what, by which signed message, and what follows when nobody answers."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Audience
from hub.site.webhooks import sending, services
from hub.site.webhooks.following import follow, purge
from hub.site.webhooks.models import Delivery, DeliveryState, Webhook
from hub.site.webhooks.sending import PATIENCE, WAITS, send_waiting
from tests.factories.pages import add_body
from tests.factories.people import add_person
from tests.factories.statements import receive, received_statement
from tests.theme.entries import add_entry, make_document
from tests.wire.server import Response, Server, open_door, serve

pytestmark = pytest.mark.django_db
MAINZ = "07315000"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(lambda request: Response(b"ok")) as running:
        open_door(monkeypatch, running)
        yield running


def add_webhook(url: str = "https://intranet.example/hook", **fields: object) -> Webhook:
    webhook = Webhook(body=add_body(), name="Intranet", url=url, **fields)
    services.begin(webhook)
    return webhook


def move(entry: CatalogueEntry, **fields: object) -> CatalogueEntry:
    """The entry as it comes to the consumers after a change."""
    for name, value in {"position": entry.position + 1_000, "revision": 2, **fields}.items():
        setattr(entry, name, value)
    entry.save()
    return entry


def told() -> list[tuple[str, str]]:
    return [
        (message.event, json.loads(message.body)["data"].get("title", ""))
        for message in Delivery.objects.order_by("position")
    ]


def test_each_state_of_a_record_is_told_once() -> None:
    webhook = add_webhook()
    entry = add_entry(make_document("Pegel"))
    follow([entry])
    follow([entry])
    follow([move(entry)])
    follow([move(entry, state=State.WITHDRAWN)])
    assert told() == [("record.published", "Pegel"), ("record.changed", "Pegel"), ("record.withdrawn", "")]
    assert set(Delivery.objects.values_list("webhook", flat=True)) == {webhook.pk}


def test_only_the_chosen_kinds_topics_and_municipalities_are_told() -> None:
    add_webhook(kinds=["module"])
    add_webhook(topics=["ki"])
    add_webhook(publishers=["07315000"])
    follow([add_entry(make_document("Pegel"))])
    assert told() == []
    add_webhook(kinds=["case_report"], topics=["mobilitaet"], publishers=["07111000"])
    follow([add_entry(make_document("Parken"))])
    assert told() == [("record.published", "Parken")]


def test_a_joint_publication_is_told_to_those_who_follow_a_municipality_that_has_said_so() -> None:
    add_webhook(publishers=[MAINZ])
    entries = [add_entry(make_document(title, co_publishers=(MAINZ,))) for title in ("Pegel", "Parken")]
    receive(received_statement(entries[0], "co_publication", body=MAINZ))
    follow(entries)
    assert told() == [("record.published", "Pegel")]


@pytest.mark.parametrize("number", [1, 8])
def test_municipalities_cost_one_query_however_many_records_change(
    django_assert_num_queries: Any, number: int
) -> None:
    add_webhook(publishers=[MAINZ])
    changed = [add_entry(make_document(co_publishers=(MAINZ,))) for _ in range(number)]
    with django_assert_num_queries(3):
        follow(changed)


def test_what_happened_before_the_webhook_is_not_told() -> None:
    entry = add_entry()
    add_webhook()
    follow([entry])
    assert told() == []


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_what_was_never_public_is_neither_told_nor_named_when_it_goes(audience: Audience) -> None:
    add_webhook()
    entry = add_entry(make_document(audience=audience))
    follow([entry])
    follow([move(entry, state=State.WITHDRAWN)])
    assert told() == []


def test_what_is_narrowed_to_members_is_withdrawn_for_those_who_knew_it() -> None:
    add_webhook()
    entry = add_entry(make_document("Pegel"))
    follow([entry])
    follow([move(entry, audience=Audience.MEMBERS, title="Geheim")])
    assert told() == [("record.published", "Pegel"), ("record.withdrawn", "")]
    assert "Geheim" not in "".join(Delivery.objects.values_list("body", "title").last())


def test_following_costs_the_same_for_one_and_for_many(django_assert_num_queries) -> None:
    add_webhook()
    follow([add_entry()])
    for number in (1, 8):
        entries = [add_entry() for _ in range(number)]
        # Three of its own, and four to find that a worker is to send already.
        with django_assert_num_queries(7):
            follow(entries)


def test_a_message_is_signed_as_the_standard_says(server: Server) -> None:
    webhook = add_webhook(f"{server.origin}/hook")
    follow([add_entry(make_document("Pegel"))])
    assert send_waiting(webhook.pk) is False
    [request] = server.requests
    headers = {name.lower(): value for name, value in request.headers.items()}
    message = Delivery.objects.get()
    signed = f"{message.pk}.{headers['webhook-timestamp']}.".encode() + request.body
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert (request.method, headers["webhook-id"], headers["webhook-signature"]) == (
        "POST",
        str(message.pk),
        f"v1,{expected}",
    )
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(request.body)["data"]["title"] == "Pegel"
    assert (message.state, message.status, message.attempts, message.due) == ("delivered", 200, 1, None)


def test_a_failure_is_noted_and_tried_again_later_and_those_behind_it_wait(server: Server) -> None:
    server.answer = lambda request: Response(status=503)
    webhook = add_webhook(f"{server.origin}/hook")
    follow([add_entry(), add_entry()])
    before = timezone.now()
    send_waiting(webhook.pk)
    first, second = Delivery.objects.order_by("-attempts")
    assert len(server.requests) == 1
    assert (first.state, first.status, first.attempts) == ("waiting", 503, 1)
    assert first.error == "Das andere System hat mit „503 Service Unavailable“ geantwortet."
    assert first.due - before >= WAITS[0]
    assert (second.attempts, second.due) == (0, first.due)
    server.answer = lambda request: Response(status=204)
    Delivery.objects.update(due=before)
    send_waiting(webhook.pk)
    assert set(Delivery.objects.values_list("state", "error")) == {("delivered", "")}
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_a_message_is_given_up_after_its_last_attempt(server: Server) -> None:
    server.answer = lambda request: Response(status=500)
    webhook = add_webhook(f"{server.origin}/hook")
    follow([add_entry()])
    for _ in range(len(WAITS) + 1):
        Delivery.objects.update(due=timezone.now())
        send_waiting(webhook.pk)
    message = Delivery.objects.get()
    assert (message.state, message.attempts, message.due) == ("failed", len(WAITS) + 1, None)
    services.send_again(message)
    server.answer = lambda request: Response()
    send_waiting(webhook.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("delivered", 1)


def test_a_redirect_is_not_followed_and_explained(server: Server) -> None:
    server.answer = lambda request: Response(status=302, headers={"Location": "http://10.0.0.1/"})
    webhook = add_webhook(f"{server.origin}/hook")
    services.try_out(webhook)
    send_waiting(webhook.pk)
    assert len(server.requests) == 1
    assert Delivery.objects.get().error.startswith("Die Adresse leitet auf eine andere weiter.")


def test_a_private_address_is_not_asked_and_explained() -> None:
    webhook = add_webhook("https://127.0.0.1:9/hook")
    services.try_out(webhook)
    send_waiting(webhook.pk)
    assert Delivery.objects.get().error.startswith("Die Adresse liegt in einem internen Netz.")


def test_a_slow_system_is_left_after_its_time(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x"
            time.sleep(0.1)

    server.answer = lambda request: Response(slowly())
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    webhook = add_webhook(f"{server.origin}/hook")
    services.try_out(webhook)
    send_waiting(webhook.pk)
    assert Delivery.objects.get().error.startswith("Das andere System hat nicht innerhalb von")


def test_after_five_days_of_failing_it_is_switched_off_and_its_coordination_told(
    server: Server, django_capture_on_commit_callbacks
) -> None:
    server.answer = lambda request: Response(status=500)
    webhook = add_webhook(f"{server.origin}/hook")
    add_person("koordination@koblenz.example", webhook.body, Role.COORDINATOR)
    Webhook.objects.update(failing_since=timezone.now() - PATIENCE - dt.timedelta(hours=1))
    services.try_out(webhook)
    with django_capture_on_commit_callbacks(execute=True):
        send_waiting(webhook.pk)
    webhook.refresh_from_db()
    assert webhook.off.startswith("Fünf Tage lang konnte nichts zugestellt werden.")
    assert [message.to for message in mail.outbox] == [["koordination@koblenz.example"]]
    assert "500 Internal Server Error" in mail.outbox[0].body
    follow([add_entry()])
    assert Delivery.objects.count() == 1, "nothing more is made for one that is off"


def test_an_address_that_is_gone_is_switched_off_at_once(server: Server) -> None:
    server.answer = lambda request: Response(status=410)
    webhook = add_webhook(f"{server.origin}/hook")
    services.try_out(webhook)
    send_waiting(webhook.pk)
    webhook.refresh_from_db()
    assert "410" in webhook.off
    services.switch_on(webhook)
    webhook.refresh_from_db()
    assert (webhook.off, webhook.failing_since) == ("", None)


def test_old_messages_are_forgotten_except_the_newest_of_each_record_and_what_waits() -> None:
    webhook = add_webhook()
    entry = add_entry()
    follow([entry])
    follow([move(entry)])
    follow([add_entry()])
    trial = services.try_out(webhook)
    Delivery.objects.exclude(pk=trial.pk).update(state=DeliveryState.DELIVERED)
    Delivery.objects.update(created=timezone.now() - dt.timedelta(days=91))
    assert purge(timezone.now() - dt.timedelta(days=90)) == 1
    assert Delivery.objects.count() == 3
    follow([move(entry, state=State.WITHDRAWN)])
    assert Delivery.objects.filter(event="record.withdrawn").exists()
