"""The page: who may come, writing with and without scripts, history, ending, answering."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import EventPage, Letter, Note, NoteAuthor, Registration, Session
from events.models.note import NOTE_LENGTH
from events.noting import services
from events.people import write_token
from hub.catalogue.settling import settle
from tests.events.noting.conftest import add_writer, sign_in, write
from tests.factories.events import add_participant, add_seat, add_session
from tests.permissions.callers import add_account

JSON = {"Accept": "application/json"}


def send(client, address, text, base=0, **more):
    data = {"action": "write", "base": base, "text": text, "key": uuid.uuid4(), **more}
    return client.post(address, data, headers=JSON)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def close(note) -> None:
    services.close(note.pk, "https://mainz.demo.invalid/", timezone.now())


def test_those_with_a_seat_hosts_and_organisers_write(url, kim, host, organiser):
    for number, who in enumerate((kim, host, organiser)):
        client = sign_in(who)
        assert client.get(url()).status_code == 200
        assert send(client, url(), f"Zeile {number}").json()["version"] == number + 1
    assert Note.objects.get().text == "Zeile 0\nZeile 1\nZeile 2"


def test_a_guest_known_by_link_writes_without_account(url, desk, session):
    person = add_participant(desk, "Robin")
    add_seat(person)
    client = Client()
    assert client.get(url()).status_code == 302
    response = client.get(reverse("events:note_link", args=[session.pk, write_token(person)]))
    assert response["Location"] == url()
    assert send(client, url(), "Von Robin").status_code == 200
    assert NoteAuthor.objects.get().person == person


def test_a_forged_link_and_one_of_another_event_are_unknown(client, desk, session, kim):
    token = write_token(kim)
    for session_id, sent in ((session.pk, token[:-2] + "xx"), (uuid.uuid4(), token), (session.pk, "x")):
        assert client.get(reverse("events:note_link", args=[session_id, sent])).status_code == 404


@pytest.mark.parametrize("name", ["note", "note_state", "note_history"])
def test_nobody_else_reads_or_writes(url, desk, note, kim, name):
    write(note, kim, 0, "Nur für Teilnehmende")
    waiting = add_participant(desk, "Wartend", user=add_account("wartend@stadt.demo.invalid"))
    add_seat(waiting, Registration.State.WAITING)
    for who in (waiting, add_account("fremd@stadt.demo.invalid")):
        assert sign_in(who).get(url(name)).status_code == 403
    login = Client().get(url(name))
    assert login.status_code == 302
    assert login["Location"].startswith("/konto/login/")
    assert send(sign_in(waiting), url(), "Fremdes").status_code == 403
    assert Note.objects.get().text == "Nur für Teilnehmende"


def test_only_accepted_sessions_of_this_event_have_a_note(desk, plan, kim):
    client = sign_in(kim)
    proposed = add_session(plan, "Nur ein Vorschlag", state=Session.State.PROPOSED)
    for session_id in (proposed.pk, uuid.uuid4()):
        address = reverse("events:note", args=[desk.event.translation_key, session_id])
        assert client.get(address).status_code == 404
    assert not Note.objects.exists()


def test_a_note_of_an_unpublished_event_is_for_organisers_alone(url, desk, session, kim, organiser):
    EventPage.objects.get(pk=desk.event_id).unpublish()
    settle()
    assert sign_in(kim).get(url()).status_code == 404
    assert sign_in(organiser).get(url()).status_code == 200


def test_scripts_get_the_merged_text(url, note, kim, lou):
    send(sign_in(kim), url(), "Anfang\nEnde")
    send(sign_in(kim), url(), "Anfang\nKim\nEnde", 1)
    response = send(sign_in(lou), url(), "Anfang\nEnde\nLou", 1)
    assert response.json() == {"version": 3, "text": "Anfang\nKim\nEnde\nLou", "clashes": 0}


def test_without_scripts_a_form_merges_and_says_so(url, kim, lou):
    client = sign_in(kim)
    data = {"action": "write", "base": 0, "text": "Von Kim", "key": uuid.uuid4()}
    assert said(client.post(url(), data, follow=True)) == ["Gespeichert."]
    assert said(client.post(url(), data, follow=True)) == ["Gespeichert."]
    data = {"base": 0, "text": "Von Lou", "key": uuid.uuid4()}
    words = ["Gespeichert, zusammen mit dem, was andere inzwischen geschrieben haben."]
    assert said(sign_in(lou).post(url(), data, follow=True)) == words
    assert Note.objects.get().text == "Von Kim\nVon Lou"


def test_a_form_tells_of_two_versions(url, note, kim, lou):
    write(note, kim, 0, "?")
    write(note, kim, 1, "Vierzig")
    data = {"base": 1, "text": "Sechzig", "key": uuid.uuid4()}
    response = sign_in(lou).post(url(), data, follow=True)
    assert "beide Fassungen stehen da" in said(response)[0].lower().replace(
        "beide fassungen", "beide Fassungen"
    )
    assert "Stellen mit zwei Fassungen beginnen mit ▼▼▼" in response.content.decode()


@pytest.mark.parametrize(
    "fields", [{}, {"base": "x", "key": "x"}, {"base": "[1]", "key": ""}, {"base": "9" * 400}]
)
def test_fields_that_make_no_sense_lose_nothing(url, note, kim, lou, fields):
    write(note, kim, 0, "Von Kim")
    response = sign_in(lou).post(url(), {"text": "Von Lou", **fields}, headers=JSON)
    assert response.json()["text"] == "Von Kim\nVon Lou"


@pytest.mark.parametrize("headers", [JSON, {}], ids=["script", "form"])
def test_a_text_that_is_too_long_is_shown_again(url, note, kim, lou, headers):
    write(note, kim, 0, "Von Kim")
    long = "x" * (NOTE_LENGTH + 3)
    response = sign_in(lou).post(url(), {"base": 1, "text": long}, headers=headers)
    words = "Die Notiz ist um 3 Zeichen zu lang. Bitte kürzen Sie sie; nichts von Ihrem Text ist weg."
    assert response.status_code == 422
    if headers:
        assert response.json() == {"problem": words}
    else:
        assert response.context["problem"] == words
        assert long in response.content.decode()
        assert "So steht es jetzt da" in response.content.decode()


@pytest.mark.parametrize("headers", [JSON, {}], ids=["script", "form"])
def test_what_comes_after_the_end_is_shown_to_be_copied(url, note, kim, lou, headers):
    write(note, kim, 0, "Von Kim")
    close(note)
    response = sign_in(lou).post(url(), {"base": 1, "text": "Von Kim\nZu spät & wichtig"}, headers=headers)
    assert response.status_code == 409
    if headers:
        assert "Ihr Text steht noch hier" in response.json()["problem"]
    else:
        assert "Zu spät &amp; wichtig" in response.content.decode()
    assert Note.objects.get().text == "Von Kim"


def test_state_changes_with_whatever_is_seen(url, note, kim, lou):
    client = sign_in(lou)
    first = client.get(url("note_state"))
    assert first.json() == {"version": 0, "text": "", "clashes": 0, "closed": False, "writing": []}
    same = client.get(url("note_state"), headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    write(note, kim, 0, "Von Kim")
    second = client.get(url("note_state"), headers={"If-None-Match": first["ETag"]})
    assert second.json() == {
        "version": 1,
        "text": "Von Kim",
        "clashes": 0,
        "closed": False,
        "writing": ["Kim Beispiel"],
    }
    assert sign_in(kim).get(url("note_state")).json()["writing"] == []
    close(note)
    assert client.get(url("note_state"), headers={"If-None-Match": second["ETag"]}).json()["closed"] is True


def test_hosts_end_writing_and_open_it_again_and_others_do_not(url, note, kim, host):
    member, leader = sign_in(kim), sign_in(host)
    assert said(leader.post(url(), {"action": "close"}, follow=True)) == []
    write(note, kim, 0, "Von Kim")
    for action, closed in (("close", True), ("reopen", False)):
        member.post(url(), {"action": action})
        assert (Note.objects.get().closed is not None) is not closed
        leader.post(url(), {"action": action})
        assert (Note.objects.get().closed is not None) is closed
    assert Letter.objects.filter(name="note_consent", person=kim).count() == 1


def test_everybody_answers_for_themselves(url, note, kim, lou, host):
    write(note, kim, 0, "Von Kim")
    write(note, lou, 1, "Von Kim\nUnd das ist von Lou")
    close(note)
    client = sign_in(kim)
    page = client.get(url()).content.decode()
    assert "Dürfen Ihre Zeilen veröffentlicht werden?" in page
    assert "Auf dem Weg zur Seite" not in page
    client.post(url(), {"action": "agree", "seen": 2, "named": "1"})
    assert NoteAuthor.objects.get(person=kim).is_named
    other = sign_in(lou)
    assert other.post(url(), {"action": "agree", "seen": 1}).status_code == 422
    other.post(url(), {"action": "decline"})
    leader = sign_in(host)
    page = leader.get(url()).content.decode()
    assert "Zeilen von Lou Beispiel" in page
    assert "Dürfen Ihre Zeilen" not in page
    lines = {"action": "take_out", "author": NoteAuthor.objects.get(person=lou).pk}
    client.post(url(), lines)
    assert "Lou" in Note.objects.get().text
    leader.post(url(), lines)
    assert Note.objects.get().text == "Von Kim"
    assert "Alle haben zugestimmt" in leader.get(url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_database_equally_often(url, desk, note, host, count, django_assert_num_queries):
    base = 0
    for number in range(count):
        person = add_writer(desk, f"Person{number}")
        base = write(note, person, base, f"{Note.objects.get().text}\nZeile {number} ganz neu").version
    client = sign_in(host)
    client.get(url())
    with django_assert_num_queries(16):
        client.get(url())
    with django_assert_num_queries(14):
        client.get(url("note_state"))
    with django_assert_num_queries(16):
        client.get(url("note_history"))
    close(note)
    with django_assert_num_queries(18):
        client.get(url())
