"""Nobody's words are published unasked."""

from __future__ import annotations

import pytest
from django.utils import timezone

from events.models import Letter, NoteAuthor
from events.noting import answering, removing, services
from events.noting.consents import Standing, list_standing, may_publish, named_authors
from events.noting.refusals import NoteRefused
from events.noting.writers import trace
from tests.events.noting.conftest import write
from tests.factories.events import add_participant, add_seat

ADDRESS = "https://mainz.demo.invalid/notiz/"


def close(note):
    services.close(note.pk, ADDRESS, timezone.now())
    note.refresh_from_db()


def row(person) -> NoteAuthor:
    return NoteAuthor.objects.get(person=person)


def agree(note, person, *, is_named=False):
    answering.agree(row(person), note.version, timezone.now(), is_named=is_named)


@pytest.fixture
def closed(note, kim, lou):
    """Kim and Lou wrote a line each, and writing has ended."""
    write(note, kim, 0, "Die Kosten sind gering.")
    write(note, lou, 1, "Die Kosten sind gering.\nMainz fängt im Mai an.")
    close(note)
    return note


def test_what_is_missing_is_told_until_all_agreed(note, kim, lou, django_assert_num_queries):
    assert may_publish(note) == ["Noch ist nichts geschrieben."]
    write(note, kim, 0, "Von Kim")
    write(note, lou, 1, "Von Kim\nUnd das ist von Lou")
    note.refresh_from_db()
    waiting = ["Kim Beispiel hat noch nicht zugestimmt.", "Lou Beispiel hat noch nicht zugestimmt."]
    running = "Das Mitschreiben läuft noch. Beenden Sie es auf der Seite der Notiz, dann werden alle gefragt."
    assert may_publish(note) == [running, *waiting]
    close(note)
    with django_assert_num_queries(2):
        assert may_publish(note) == waiting
    agree(note, kim, is_named=True)
    assert may_publish(note) == waiting[1:]
    agree(note, lou)
    assert may_publish(note) == []
    assert named_authors(note) == ["Kim Beispiel"]


def test_a_place_with_two_versions_is_in_the_way(note, kim, lou):
    write(note, kim, 0, "?")
    write(note, kim, 1, "Vierzig")
    write(note, lou, 1, "Sechzig")
    close(note)
    agree(note, kim)
    agree(note, lou)
    assert may_publish(note) == [
        "An 1 Stelle stehen noch zwei Fassungen: Öffnen Sie die Notiz wieder, und behalten Sie eine."
    ]


@pytest.mark.parametrize("by_town", [False, True])
def test_an_address_typed_at_the_door_gets_no_letter(note, desk, kim, by_town):
    """It is asked on the page alone; whom their town registered had the first letter there."""
    walk_in = add_participant(desk, "Robin", confirmed=None)
    add_seat(walk_in, registered_by=kim if by_town else None)
    write(note, walk_in, 0, "Die Kosten sind gering.")
    close(note)
    assert Letter.objects.filter(name="note_consent").count() == int(by_town)
    assert [each.standing for each in list_standing(note)] == [Standing.WAITING]


def test_each_gets_one_letter_with_a_way_to_answer(closed, desk, kim, lou):
    services.reopen(closed.pk)
    close(closed)
    letters = Letter.objects.filter(name="note_consent")
    assert sorted(letters.values_list("address", flat=True)) == [kim.email, lou.email]
    letter = letters.get(person=kim)
    assert letter.subject == "Dürfen wir Ihre Notizen veröffentlichen? KI im Bürgerbüro"
    assert f"/veranstaltungen/notiz/{closed.session_id}/" in letter.text
    assert "CC BY 4.0" in letter.text


def test_who_wrote_by_account_alone_gets_the_address_of_the_page(note, organiser):
    key = note.session_id
    services.write(note.pk, services.Author("Team", user=organiser.pk), 0, "a", key, timezone.now())
    close(note)
    assert ADDRESS in Letter.objects.get(name="note_consent", address=organiser.email).text


def test_only_those_whose_words_stand_in_it_are_asked(note, kim, lou):
    write(note, kim, 0, "Von Kim")
    write(note, lou, 1, "")
    write(note, lou, 2, "Etwas ganz Neues")
    close(note)
    assert [each.author.name for each in list_standing(note)] == ["Lou Beispiel"]
    assert Letter.objects.filter(name="note_consent").count() == 1


def test_who_agreed_is_asked_again_only_if_their_own_lines_change(closed, kim, lou):
    agree(closed, kim)
    agree(closed, lou)
    services.reopen(closed.pk)
    write(closed, lou, 2, "Die Kosten sind gering.\nMainz fängt im Juni an.")
    close(closed)
    stands = {each.author.person_id: each.standing for each in list_standing(closed)}
    assert stands == {kim.pk: Standing.AGREED, lou.pk: Standing.WAITING}
    services.reopen(closed.pk)
    write(closed, lou, 3, "Die Kosten sind nicht gering.\nMainz fängt im Juni an.")
    close(closed)
    assert {each.author.person_id: each.standing for each in list_standing(closed)}[
        kim.pk
    ] is Standing.WAITING


def test_lines_of_those_who_decline_leave_text_and_history(closed, kim, lou, organiser):
    agree(closed, kim)
    answering.decline(row(lou), timezone.now())
    sentence = "Lou Beispiel stimmt nicht zu: Nehmen Sie die Zeilen heraus, oder sprechen Sie miteinander."
    assert may_publish(closed) == [sentence]
    by = services.Author("Team", user=organiser.pk)
    assert removing.take_out(closed.pk, row(lou).pk, by, timezone.now()) == 1
    closed.refresh_from_db()
    assert closed.text == "Die Kosten sind gering."
    assert not closed.revisions.filter(text__contains="Mainz").exists()
    assert may_publish(closed) == []
    assert removing.take_out(closed.pk, row(lou).pk, by, timezone.now()) == 0


def test_agreeing_to_another_text_than_one_saw_is_refused(closed, kim):
    for seen in (closed.version - 1, -1):
        with pytest.raises(NoteRefused):
            answering.agree(row(kim), seen, timezone.now(), is_named=True)
    services.reopen(closed.pk)
    with pytest.raises(NoteRefused):
        answering.agree(row(kim), closed.version, timezone.now(), is_named=True)
    assert row(kim).agreed is None


def test_agreeing_can_be_taken_back(closed, kim):
    agree(closed, kim, is_named=True)
    answering.decline(row(kim), timezone.now())
    kim_row = row(kim)
    assert (kim_row.agreed, kim_row.agreed_version, kim_row.is_named) == (None, None, False)


@pytest.mark.parametrize(
    ("before", "after", "writers"),
    [
        ("a b c", "a b c d", [[1, 2]]),
        ("a b c", "ganz etwas anderes", [[2]]),
        ("eins\nzwei", "eins\nneu\nzwei", [[1], [2], [1]]),
        ("eins\nzwei", "zwei\neins", [[1], [1]]),
        ("eins", "eins\n\n▼▼▼ Kim", [[1], [], []]),
    ],
    ids=["made of it", "a new line", "put between", "moved", "nobody's"],
)
def test_writers_of_lines(before, after, writers):
    assert trace(before, [[1] for _ in before.split("\n")], after, 2) == writers


def test_a_clash_keeps_the_writers_of_both(note, kim, lou):
    write(note, kim, 0, "Kosten: ?")
    write(note, kim, 1, "Kosten: 40 Euro")
    write(note, lou, 1, "Kosten: 60 Euro")
    ids = row(kim).pk, row(lou).pk
    assert note.revisions.last().writers == [[], [ids[0]], [], [*ids], []]
