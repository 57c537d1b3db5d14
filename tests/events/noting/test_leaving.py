"""What happens to words whose writer does not agree, is forgotten, or is no longer there."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.conf import settings as project
from django.utils import timezone

from events.models import Note, NoteAuthor, Registration
from events.noting import answering, removing, services
from events.noting.consents import Standing, list_standing, may_publish
from events.noting.keeping import WHOLE, thin_while_writing
from events.noting.queries import VERSIONS_SHOWN, list_versions
from events.noting.services import Author
from events.office.forgetting import forget_people
from events.office.records import read_participation
from events.registering.forgetting import forget_person
from tests.events.noting.conftest import author, sign_in, write

KIMS = "Die Kosten hat niemand geprüft."
LOUS = "Mainz fängt im Mai damit an."
UNKNOWN = "Es stehen noch Worte von jemandem da, dessen Daten gelöscht sind: Nehmen Sie sie heraus."


def row(person) -> NoteAuthor:
    return NoteAuthor.objects.get(person=person)


def close(note) -> None:
    services.close(note.pk, "https://mainz.demo.invalid/", timezone.now())
    note.refresh_from_db()


def agree(note, *people) -> None:
    for person in people:
        answering.agree(row(person), note.version, timezone.now(), is_named=True)


@pytest.fixture
def both(note, kim, lou):
    write(note, kim, 0, KIMS)
    write(note, lou, 1, f"{KIMS}\n{LOUS}")
    note.refresh_from_db()
    return note


def test_lines_of_somebody_who_is_forgotten_leave_the_note_unless_they_agreed(both, kim, lou):
    close(both)
    agree(both, lou)
    forget_person(kim, timezone.now())
    both.refresh_from_db()
    assert both.text == LOUS
    assert not both.revisions.filter(text__contains="Kosten").exists()
    assert may_publish(both) == []
    forget_person(lou, timezone.now())
    both.refresh_from_db()
    left = NoteAuthor.objects.get()
    assert (both.text, left.name, left.person, left.user, left.is_named) == (LOUS, "", None, None, False)
    assert may_publish(both) == []


def test_after_the_retention_words_of_who_did_not_agree_are_not_published(both, desk, host, kim, lou):
    close(both)
    agree(both, lou)
    forget_people(desk.event.ends + dt.timedelta(days=desk.retention_days, minutes=1))
    both.refresh_from_db()
    assert both.text == f"{KIMS}\n{LOUS}"
    assert may_publish(both) == [UNKNOWN]
    [unknown] = [each for each in list_standing(both) if each.standing is Standing.UNKNOWN]
    assert unknown.lines == [KIMS]
    assert removing.take_out(both.pk, unknown.author.pk, Author("Team"), timezone.now()) == 1
    both.refresh_from_db()
    assert (both.text, may_publish(both)) == (LOUS, [])


def test_names_in_marks_go_with_who_is_forgotten(note, desk, kim, lou):
    write(note, kim, 0, "Kosten: ?")
    write(note, kim, 1, "Kosten: 40 Euro")
    write(note, lou, 1, "Kosten: 60 Euro")
    assert "▼▼▼ Kim Beispiel" in Note.objects.get().text
    forget_person(kim, timezone.now())
    assert "Kim" not in Note.objects.get().text
    assert not note.revisions.filter(text__contains="Kim").exists()
    write(note, lou, Note.objects.get().version, "▼▼▼ Lou Beispiel\nKosten: 60 Euro")
    forget_people(desk.event.ends + dt.timedelta(days=desk.retention_days, minutes=1))
    assert "Lou" not in Note.objects.get().text
    assert not note.revisions.filter(text__contains="Lou").exists()


def test_only_lines_of_who_declined_are_taken_out_and_not_while_it_is_written(both, kim, lou, host, url):
    leader, lines = sign_in(host), {"action": "take_out", "author": row(kim).pk}
    answering.decline(row(kim), timezone.now())
    assert leader.post(url(), lines).status_code == 422
    close(both)
    answering.decline(row(kim), timezone.now())
    assert leader.post(url(), lines | {"author": row(lou).pk}).status_code == 422
    agree(both, lou)
    assert leader.post(url(), lines | {"author": row(lou).pk}).status_code == 422
    assert KIMS in Note.objects.get().text
    assert leader.post(url(), lines | {"author": 10**6}).status_code == 302
    assert leader.post(url(), lines).status_code == 302
    assert Note.objects.get().text == LOUS


def test_a_line_that_was_cut_and_comes_back_stays_whose_it_was(both, kim, lou):
    version = write(both, lou, 2, LOUS).version
    version = write(both, lou, version, f"{LOUS}\nNoch etwas anderes").version
    write(both, lou, version, f"{LOUS}\nNoch etwas anderes\n{KIMS}")
    assert both.revisions.last().writers == [[row(lou).pk], [row(lou).pk], [row(kim).pk]]


def test_a_line_that_was_taken_out_is_known_again(both, kim, lou):
    close(both)
    answering.decline(row(kim), timezone.now())
    removing.take_out(both.pk, row(kim).pk, author(lou), timezone.now())
    services.reopen(both.pk)
    write(both, lou, 1, f"- {KIMS.upper()}\n{LOUS}")
    both.refresh_from_db()
    stands = {each.author.person_id: each.standing for each in list_standing(both)}
    assert stands[kim.pk] is Standing.DECLINED


def test_who_has_no_seat_any_more_still_answers_and_reads_nothing_else(both, kim, url):
    Registration.objects.filter(person=kim).update(state=Registration.State.CANCELLED)
    client = sign_in(kim)
    page = client.get(url()).content.decode()
    assert "Die anderen schreiben noch." in page
    assert LOUS not in page
    close(both)
    page = client.get(url()).content.decode()
    assert KIMS in page
    assert LOUS not in page
    assert client.post(url(), {"action": "agree", "seen": both.version, "named": "1"}).status_code == 302
    assert row(kim).is_named
    assert client.post(url(), {"action": "decline"}).status_code == 302
    assert row(kim).declined
    for action in ("write", "close", "reopen", "take_out", "confirm"):
        assert client.post(url(), {"action": action, "text": "x"}).status_code == 403
    assert {client.get(url(name)).status_code for name in ("note_state", "note_history")} == {403}


def test_an_account_without_a_name_is_never_shown_by_its_address(note, kim, organiser, url):
    client = sign_in(organiser)
    page = client.post(url(), {"text": "Vom Team geschrieben", "base": 0, "key": uuid.uuid4()}, follow=True)
    assert NoteAuthor.objects.get().name == ""
    assert f'data-name="{organiser.email}"' not in page.content.decode()
    close(note)
    answering.agree(NoteAuthor.objects.get(), note.version, timezone.now(), is_named=True)
    assert "orga@" not in sign_in(kim).get(url()).content.decode()


def test_scripts_are_told_the_name_of_the_cookie_with_the_token(note, kim, url):
    assert f'data-token="{project.CSRF_COOKIE_NAME}"' in sign_in(kim).get(url()).content.decode()


def test_without_the_second_factor_nobody_organises_here(both, organiser, url, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client = sign_in(organiser)
    assert client.get(url()).status_code == 403
    assert client.post(url(), {"action": "close"}).status_code == 403
    assert Note.objects.get().closed is None


def test_older_versions_are_thinned_while_it_is_written_and_still_serve_as_a_base(note, kim, lou):
    start = timezone.now().replace(second=0, microsecond=0) - dt.timedelta(hours=2)
    text = ""
    for number in range(WHOLE + 100):
        text = f"{text}\nZeile {number}" if number % 20 == 0 else text + "x"
        write(note, (kim, lou)[number % 2], number, text, now=start + dt.timedelta(seconds=number))
    assert note.revisions.count() <= WHOLE + 3
    note.refresh_from_db()
    thin_while_writing(note)
    first = note.revisions.first()
    merged = write(note, lou, first.number + 1, f"Ganz oben\n{first.text}")
    assert merged.text == f"Ganz oben\n{text}"


def test_history_is_read_in_parts(note, kim, lou, url, django_assert_num_queries):
    for number in range(VERSIONS_SHOWN + 2):
        write(note, (kim, lou)[number % 2], number, f"Zeile {number}")
    with django_assert_num_queries(2):
        versions, older = list_versions(note)
    assert (len(versions), older) == (VERSIONS_SHOWN, 2)
    page = sign_in(kim).get(url("note_history")).content.decode()
    assert "?vor=2" in page
    rest = sign_in(kim).get(f"{url('note_history')}?vor=2")
    assert [each.number for each in rest.context["versions"]] == [2, 1]
    assert sign_in(kim).get(f"{url('note_history')}?vor=x").status_code == 200


def test_the_copy_of_their_data_has_their_lines(both, kim):
    assert read_participation(kim.user, [])["notes"][0]["lines"] == [KIMS]
