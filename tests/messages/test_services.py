"""Asking, answering, closing: what is written, where it goes, and what is declined."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, Mark
from hub.catalogue.settling import settle
from hub.env import env
from hub.messages import delivery, queries, services
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.refusals import AlreadyOpen, Declined, Reason
from hub.messages.services import Words, answer, begin, close, forget_old
from hub.municipalities.models import Body
from tests.factories.messages import add_answer, add_request
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db

WORDS = Words("Was hat es gekostet?", "Amt 15", "amt15@worms.example", uuid.uuid4())
INTEREST = MessageType.INTEREST


@pytest.fixture
def foreign(entry: CatalogueEntry) -> CatalogueEntry:
    """The same document as if Koblenz had published it from its own hub."""
    entry.publishers, entry.source = [KOBLENZ], "koblenz"
    entry.origin = "http://koblenz.localhost:8002"
    return entry


def ask(worms: Body, entry: CatalogueEntry, words: Words = WORDS) -> Message:
    return begin(INTEREST, worms, entry, words)


def test_between_two_bodies_of_one_hub_a_request_arrives_at_once(worms, entry):
    message = ask(worms, entry)
    assert (message.sender, message.recipient, message.subject_id) == (worms.key, env.body, entry.object_id)
    assert (message.thread, message.origin, message.destination) == (message.pk, env.origin, "")
    assert (message.delivery, message.arrived) == (Delivery.ARRIVED, message.sent)
    assert (message.role, message.reply_to, message.author) == (WORDS.role, WORDS.reply_to, WORDS.author)


def test_to_another_hub_it_is_queued_and_the_federation_told(
    worms, foreign, django_capture_on_commit_callbacks
):
    told: list[str] = []

    def listen(destination: str, **kwargs: Any) -> None:
        told.append(destination)

    services.message_queued.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        message = ask(worms, foreign)
    services.message_queued.disconnect(listen)
    assert (message.delivery, message.arrived, message.destination) == (Delivery.QUEUED, None, foreign.origin)
    assert told == [foreign.origin]


def test_nobody_asks_the_own_body(entry):
    with pytest.raises(Declined, match="eigenen"):
        begin(INTEREST, Body.objects.get(pk=env.body), entry, WORDS)


def test_a_document_without_owner_cannot_be_asked_about(worms, entry):
    entry.publishers = []
    with pytest.raises(Declined):
        ask(worms, entry)


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\u202e"])
def test_saying_nothing_is_declined(worms, entry, text):
    with pytest.raises(Declined, match="Nachricht"):
        ask(worms, entry, Words(text))


def test_more_than_a_letter_holds_is_declined(worms, entry):
    with pytest.raises(Declined, match="4000"):
        ask(worms, entry, Words("x" * 4001))
    assert ask(worms, entry, Words("x" * 4000)).text == "x" * 4000


def test_what_turns_the_reading_direction_is_taken_out(worms, entry):
    message = ask(worms, entry, Words("Gut\u202e\x07en\r\nTag", role="Amt\u2066 15"))
    assert (message.text, message.role) == ("Guten\nTag", "Amt 15")


def test_a_second_open_request_about_the_same_leads_to_the_first(worms, entry):
    first = ask(worms, entry)
    with pytest.raises(AlreadyOpen) as held:
        ask(worms, entry)
    assert held.value.thread == first.pk
    close(first, worms.key, Words(""))
    assert ask(worms, entry).pk != first.pk


def test_a_request_that_was_refused_may_be_made_again(worms, foreign):
    first = ask(worms, foreign)
    delivery.note_refused(first, Reason.RECIPIENT)
    assert ask(worms, foreign).pk != first.pk


def test_a_body_begins_so_many_requests_a_day_and_no_more(worms, entry, monkeypatch):
    monkeypatch.setattr(services, "REQUESTS_A_DAY", 1)
    first = ask(worms, entry)
    close(first, worms.key, Words(""))
    with pytest.raises(Declined, match="morgen"):
        ask(worms, entry)
    Message.objects.update(sent=timezone.now() - dt.timedelta(hours=25))
    assert ask(worms, entry)


def test_a_body_writes_so_many_messages_a_day_and_no_more(worms, entry, monkeypatch):
    monkeypatch.setattr(services, "MESSAGES_A_DAY", 2)
    first = ask(worms, entry)
    answer(first, worms.key, Words("Und die Schulung?"))
    with pytest.raises(Declined, match="morgen"):
        answer(first, worms.key, Words("Und der Betrieb?"))
    assert answer(first, env.body, Words("Zwei Tage."))


def test_answers_go_back_to_where_the_request_came_from(entry):
    first = add_request(entry, KOBLENZ)
    back = answer(first, env.body, WORDS)
    assert (back.sender, back.recipient) == (env.body, KOBLENZ)
    assert (back.destination, back.delivery) == (first.origin, Delivery.QUEUED)
    assert (back.thread, back.subject_id, back.type) == (first.pk, first.subject_id, MessageType.ANSWER)


def test_whoever_asked_may_write_more(worms, foreign):
    first = ask(worms, foreign)
    more = answer(first, worms.key, Words("Noch etwas."))
    assert (more.sender, more.recipient, more.destination) == (worms.key, KOBLENZ, foreign.origin)
    assert queries.find_thread(first.pk).answer is None  # type: ignore[union-attr]


def test_the_body_that_was_asked_answers_before_it_closes(worms, entry):
    first = ask(worms, entry)
    with pytest.raises(Declined, match="antworten"):
        close(first, env.body, Words("Erledigt."))
    answer(first, env.body, Words("Gern."))
    close(first, env.body, Words(""))
    with pytest.raises(Declined, match="abgeschlossen"):
        answer(first, worms.key, Words("Danke."))
    with pytest.raises(Declined, match="abgeschlossen"):
        close(first, worms.key, Words(""))


def test_an_answer_has_the_page_of_the_body_read_again(section, entry, worms):
    first = ask(worms, entry)
    Mark.objects.all().delete()
    answer(first, env.body, Words("Gern."))
    assert list(Mark.objects.values_list("key", flat=True)) == [section.translation_key]
    settle()
    portrait = CatalogueEntry.objects.get(kind="body")
    assert portrait.document.responses.model_dump() == {"asked": 1, "answered": 1, "median_days": 0}


def test_every_page_that_was_asked_is_read_again_at_night(section, entry):
    add_request(entry, KOBLENZ, days=20)
    assert services.refresh_portraits() == 1
    settle()
    assert CatalogueEntry.objects.get(kind="body").document.responses.asked == 1
    revision = CatalogueEntry.objects.get(kind="body").revision
    services.refresh_portraits()
    settle()
    assert CatalogueEntry.objects.get(kind="body").revision == revision


def test_a_page_nobody_has_asked_says_nothing_about_answers(entry):
    assert CatalogueEntry.objects.get(kind="body").document.responses is None


@pytest.mark.parametrize("start", [Delivery.ARRIVED, Delivery.REFUSED, Delivery.RECEIVED])
def test_what_is_final_takes_no_step(entry, start):
    message = add_request(entry, KOBLENZ, delivery=start)
    assert not delivery.note_acknowledged(message)
    assert not delivery.note_refused(message, Reason.SUBJECT)
    assert not delivery.note_failed(message, "x", timezone.now())
    message.refresh_from_db()
    assert (message.delivery, message.error) == (start, "")


def test_every_step_of_the_table_is_taken(worms, foreign):
    message = ask(worms, foreign)
    later = timezone.now()
    assert delivery.note_failed(message, "Koblenz schweigt.", later)
    message.refresh_from_db()
    assert (message.delivery, message.failures, message.not_before) == (Delivery.QUEUED, 1, later)
    assert delivery.note_acknowledged(message)
    message.refresh_from_db()
    assert (message.delivery, message.failures, message.error, message.not_before) == ("arrived", 0, "", None)
    assert message.arrived


def test_two_steps_at_once_are_one(worms, foreign):
    message = ask(worms, foreign)
    twin = Message.objects.get(pk=message.pk)
    assert delivery.note_acknowledged(message)
    assert not delivery.note_refused(twin, Reason.SUBJECT)
    assert Message.objects.get(pk=message.pk).delivery == Delivery.ARRIVED


def test_threads_are_deleted_12_months_after_their_last_message(entry):
    old = add_request(entry, KOBLENZ, days=800)
    kept = add_request(entry, KOBLENZ, days=800)
    add_answer(kept, days=350)
    waiting = add_request(entry, KOBLENZ, days=800)
    add_answer(waiting, days=790, delivery=Delivery.QUEUED)
    assert forget_old(timezone.now()) == 1
    left = set(Message.objects.values_list("thread", flat=True))
    assert left == {kept.pk, waiting.pk}
    assert old.pk not in left


def test_the_database_lets_only_requests_begin_a_thread(entry):
    with pytest.raises(IntegrityError), transaction.atomic():
        add_request(entry, KOBLENZ, thread=uuid.uuid4())


def test_the_database_lets_no_body_write_to_itself(entry):
    with pytest.raises(IntegrityError), transaction.atomic():
        add_request(entry, env.body)
