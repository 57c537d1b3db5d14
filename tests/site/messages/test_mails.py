"""Mails about messages, and what a person leaves behind."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from hub.accounts.leaving import delete_account
from hub.accounts.models import Preferences, Role
from hub.env import env
from hub.messages import services
from hub.messages.models import Delivery, Message
from hub.messages.services import Words, answer
from hub.municipalities.models import Body
from hub.site.messages.mails import remind_unanswered
from hub.site.personal.records import collect_records
from tests.factories.messages import add_answer, add_request
from tests.factories.people import add_operator, add_person
from tests.site.messages.asking import FORM, ask
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    """To whom mails went, and about what; the outbox is emptied."""
    sent = sorted((each.to[0], str(each.subject)) for each in mail.outbox)
    mail.outbox.clear()
    return sent


def test_arriving_and_answering_are_told_by_mail_without_the_text(
    client, author, editor, entry, django_capture_on_commit_callbacks
):
    own = Body.objects.get(pk=env.body)
    add_person("koordination@koblenz.example", own, Role.COORDINATOR)
    add_person("schreibt@koblenz.example", own, Role.AUTHOR)
    with django_capture_on_commit_callbacks(execute=True):
        address = ask(client, author, entry)["Location"]
    assert FORM["text"] not in mail.outbox[0].body
    assert address in mail.outbox[0].body
    assert "List-Unsubscribe" in mail.outbox[0].extra_headers
    assert [to for to, _ in told()] == ["koordination@koblenz.example", "redaktion@koblenz.example"]
    with django_capture_on_commit_callbacks(execute=True):
        answer(Message.objects.get(), env.body, Words("Gern."))
    assert [to for to, _ in told()] == ["schreibt@worms.example"]


def test_whoever_switched_such_mails_off_gets_none(
    client, author, editor, entry, django_capture_on_commit_callbacks
):
    Preferences.objects.create(user=editor, mail_requests=False)
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, author, entry)
    assert told() == []


def test_an_answer_to_somebody_who_left_goes_to_the_editors(
    client, author, worms, entry, django_capture_on_commit_callbacks
):
    add_person("koordination@worms.example", worms, Role.COORDINATOR)
    ask(client, author, entry)
    delete_account(author)
    told()
    with django_capture_on_commit_callbacks(execute=True):
        answer(Message.objects.get(), env.body, Words("Gern."))
    assert [to for to, _ in told()] == ["koordination@worms.example"]


def test_where_nobody_edits_the_operator_is_told(client, author, entry, django_capture_on_commit_callbacks):
    add_operator()
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, author, entry)
    assert [to for to, _ in told()] == ["betrieb@mainz.example"]


def test_waiting_requests_are_reminded_of_once_with_one_mail_a_body(
    editor, entry, django_capture_on_commit_callbacks
):
    for days in (8, 9, 1):
        add_request(entry, KOBLENZ, days=days)
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_unanswered(timezone.now()) == 2
    assert mail.outbox[0].body.count("- ") == 2
    assert told() == [("redaktion@koblenz.example", mail_subject())]
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_unanswered(timezone.now()) == 0
    assert told() == []


def mail_subject() -> str:
    name = Body.objects.get(pk=env.body).name
    return f"Wissenshub {env.name}: Anfragen an {name} warten auf eine Antwort"


def test_a_thread_that_fills_up_is_told_of_once_an_hour(editor, entry, django_capture_on_commit_callbacks):
    first = add_request(entry, KOBLENZ)
    for minutes, mails in ((59, 0), (61, 1), (90, 0), (119, 0), (122, 1)):
        arrived = first.arrived + dt.timedelta(minutes=minutes)
        with django_capture_on_commit_callbacks(execute=True):
            more = add_answer(
                first, sender=KOBLENZ, recipient=env.body, origin=first.origin, destination="",
                sent=arrived, arrived=arrived, delivery=Delivery.RECEIVED,
            )  # fmt: skip
            services.message_arrived.send(sender=Message, message=more)
        assert len(told()) == mails, minutes


def test_who_has_written_since_is_told_of_what_comes_back(editor, entry, django_capture_on_commit_callbacks):
    first = add_request(entry, KOBLENZ)
    add_answer(first, author=editor.subject)
    with django_capture_on_commit_callbacks(execute=True):
        more = add_answer(first, sender=KOBLENZ, recipient=env.body, origin=first.origin, destination="")
        services.message_arrived.send(sender=Message, message=more)
    assert [to for to, _ in told()] == ["redaktion@koblenz.example"]


def test_somebodys_messages_are_in_their_copy_and_lose_their_name_with_the_account(
    client, author, worms, entry
):
    add_person("koordination@worms.example", worms, Role.COORDINATOR)
    ask(client, author, entry)
    (row,) = collect_records(author)["messages"]
    assert row["text"].startswith(FORM["text"])
    delete_account(author)
    message = Message.objects.get()
    assert (message.author, message.text.startswith(FORM["text"])) == (None, True)
