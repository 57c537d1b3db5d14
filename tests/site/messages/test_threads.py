"""The page of a thread: who reads it, answering, closing, and what stands on it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.env import env
from hub.messages.models import Delivery, Message
from hub.messages.services import Words, answer, close
from tests.factories.messages import add_answer, add_request
from tests.factories.people import add_operator, add_person, add_town
from tests.site.messages.asking import FORM, ask, read
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db


def test_the_other_side_answers_and_closes(client, author, editor, entry):
    address = ask(client, author, entry)["Location"]
    page = read(client, editor, address)
    assert "Wie lange hat es gedauert?" in page
    assert "Anfrage abschließen" not in page
    said = {"text": "Drei Monate.", "role": "Stab", "reply_to": "stab@koblenz.example", "action": "answer"}
    assert client.post(address, said)["Location"] == address
    page = read(client, author, address)
    assert "Drei Monate." in page
    assert "am selben Tag beantwortet" in page
    assert "Anfrage abschließen" in page
    client.post(address, {**said, "text": "", "action": "close"})
    page = client.get(address).content.decode()
    assert "abgeschlossen am" in page
    assert "<textarea" not in page


def test_an_empty_answer_is_refused_and_an_early_end_too(client, author, editor, entry):
    address = ask(client, author, entry)["Location"]
    client.force_login(editor)
    said = {"text": "", "role": "Stab", "reply_to": "stab@koblenz.example"}
    page = client.post(address, {**said, "action": "answer"}).content.decode()
    assert "Bitte schreiben Sie Ihre Nachricht" in page
    assert "antworten Sie zuerst" in client.post(address, {**said, "action": "close"}).content.decode()
    assert Message.objects.count() == 1


def test_what_was_typed_stays_when_the_other_side_closed_meanwhile(client, author, editor, entry):
    address = ask(client, author, entry)["Location"]
    first = Message.objects.get()
    client.force_login(editor)
    close(first, "07319000", Words(""))
    said = {"text": "Ein langer Text.", "role": "Stab", "reply_to": "s@koblenz.example", "action": "answer"}
    page = client.post(address, said).content.decode()
    assert "Diese Anfrage ist abgeschlossen" in page
    assert "Ein langer Text." in page


def filled_in(page: str) -> list[str | None]:
    """What stands in the fields for role and mailbox."""
    tags = (re.search(rf'<input[^>]*name="{name}"[^>]*>', page) for name in ("role", "reply_to"))
    values = (re.search(r'value="([^"]*)"', tag[0]) if tag else None for tag in tags)
    return [value[1] if value else None for value in values]


def test_who_was_asked_answers_as_the_contact_of_the_document(client, editor, entry):
    first, other = add_request(entry, KOBLENZ), add_request(entry, KOBLENZ)
    contact = entry.document.contact
    assert filled_in(read(client, editor, f"/nachrichten/{first.pk}/")) == [contact.role, contact.email]
    answer(first, env.body, Words("Gern.", "Stab", "stab@koblenz.example", editor.subject))
    assert filled_in(read(client, editor, f"/nachrichten/{first.pk}/")) == ["Stab", "stab@koblenz.example"]
    assert filled_in(read(client, editor, f"/nachrichten/{other.pk}/")) == [contact.role, contact.email]


def test_without_a_contact_of_the_document_an_answer_is_filled_in_from_the_page_of_the_body(
    client, section, editor, entry
):
    first = add_request(entry, KOBLENZ)
    section.contact_role, section.contact_email = "Hauptamt", "hauptamt@koblenz.example"
    section.save_revision().publish()
    settle()
    CatalogueEntry.objects.filter(pk=entry.pk).delete()
    page = read(client, editor, f"/nachrichten/{first.pk}/")
    assert filled_in(page) == ["Hauptamt", "hauptamt@koblenz.example"]


def test_a_moment_is_written_as_it_is_read_aloud(client, author, entry):
    address = ask(client, author, entry)["Location"]
    Message.objects.update(
        sent=dt.datetime(2026, 11, 22, 11, 43, tzinfo=dt.UTC),
        arrived=dt.datetime(2026, 11, 22, 11, 43, tzinfo=dt.UTC),
    )
    page = client.get(address).content.decode()
    assert page.count("22. November 2026, 12:43 Uhr") == 2


def test_a_thread_is_read_by_its_two_bodies_and_the_operator(client, author, editor, worms, entry):
    address = ask(client, author, entry)["Location"]
    stranger = add_person("b@trier.example", add_town("07211000", "Trier"), Role.COORDINATOR)
    reader = add_person("liest@worms.example", worms, Role.MEMBER)
    for user, status in ((author, 200), (editor, 200), (add_operator(), 200), (stranger, 404), (reader, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status, user
        assert client.post(address, {"text": "x"}).status_code == status, user
    client.logout()
    assert client.get(address)["Location"].startswith("/konto/login/")


def test_a_refused_message_keeps_its_text_and_shows_the_contact(client, author, foreign):
    address = ask(client, author, foreign)["Location"]
    Message.objects.update(delivery=Delivery.REFUSED, error="recipient")
    page = client.get(address).content.decode()
    assert "liest niemand Nachrichten für diese Kommune" in page
    assert FORM["text"] in page
    assert "nicht zugestellt" in page


def test_markup_in_a_message_is_shown_as_text(client, editor, entry):
    first = add_request(entry, KOBLENZ, text='<script>alert("x")</script>')
    page = read(client, editor, f"/nachrichten/{first.pk}/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("number", [1, 30])
def test_a_thread_takes_the_same_queries_however_long(
    client, editor, entry, django_assert_num_queries, number
):
    first = add_request(entry, KOBLENZ, days=3)
    for _ in range(number):
        add_answer(first)
    client.force_login(editor)
    client.get(f"/nachrichten/{first.pk}/")
    with django_assert_num_queries(10):
        client.get(f"/nachrichten/{first.pk}/")
