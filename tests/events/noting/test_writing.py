"""Writing: several at once, from old versions, twice, too much, and when it is over."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone

from events.models import Note, NoteAuthor, NoteRevision
from events.models.note import NOTE_LENGTH
from events.noting import services
from events.noting.merging import is_mark
from events.noting.queries import list_versions, read_note
from events.noting.refusals import NoteClosed, NoteRefused, NoteTooLong
from events.noting.services import Merged, open_note
from tests.events.noting.conftest import add_writer, write
from tests.factories.events import add_desk, add_event, add_plan, add_session

ADDRESS = "https://mainz.demo.invalid/notiz/"


def stand(note) -> tuple[int, str]:
    fresh = Note.objects.get(pk=note.pk)
    return fresh.version, fresh.text


def test_two_write_at_different_places_and_both_stay(note, kim, lou):
    write(note, kim, 0, "Anfang\n\nEnde")
    assert write(note, kim, 1, "Anfang\nKim\n\nEnde") == Merged(2, "Anfang\nKim\n\nEnde", 0)
    assert write(note, lou, 1, "Anfang\n\nEnde\nLou") == Merged(3, "Anfang\nKim\n\nEnde\nLou", 0)


def test_the_same_line_keeps_both_versions_with_names(note, kim, lou):
    write(note, kim, 0, "Kosten: ?")
    write(note, kim, 1, "Kosten: 40 Euro")
    text = "▼▼▼ Kim Beispiel\nKosten: 40 Euro\n◆◆◆ Lou Beispiel\nKosten: 60 Euro\n▲▲▲"
    assert write(note, lou, 1, "Kosten: 60 Euro") == Merged(3, text, 1)
    assert write(note, kim, 3, "Kosten: 60 Euro") == Merged(4, "Kosten: 60 Euro", 0)


def test_the_same_key_again_gives_the_same_answer(note, kim, lou):
    key = uuid.uuid4()
    first = write(note, kim, 0, "Kim", key=key)
    write(note, lou, 1, "Kim\nLou")
    assert write(note, kim, 0, "Kim", key=key) == first == Merged(1, "Kim", 0)
    assert stand(note) == (2, "Kim\nLou")


def test_a_key_of_another_note_is_refused(note, plan, kim):
    key = uuid.uuid4()
    write(note, kim, 0, "Kim", key=key)
    other = open_note(session=add_session(plan, "Andere"))
    with pytest.raises(NoteRefused):
        write(other, kim, 0, "Kim", key=key)
    assert stand(other) == (0, "")


@pytest.mark.parametrize("base", [7, -1, 10**30])
def test_a_base_that_does_not_exist_loses_nothing(note, kim, lou, base):
    write(note, kim, 0, "Anfang\nKim")
    merged = write(note, lou, base, "Anfang\nLou")
    assert merged == Merged(2, "Anfang\nKim\nLou", 0)


def test_what_changes_nothing_makes_no_version(note, kim, lou):
    write(note, kim, 0, "Kim")
    assert write(note, lou, 1, "Kim\r\n".strip("\r\n")) == Merged(1, "Kim", 0)
    assert write(note, lou, 0, "Kim") == Merged(1, "Kim", 0)
    assert NoteAuthor.objects.count() == 1


def test_lines_end_alike_and_what_the_database_cannot_hold_goes(note, kim):
    assert write(note, kim, 0, "a\r\nb\rc\x00").text == "a\nb\nc"


@pytest.mark.parametrize("text", ["x" * (NOTE_LENGTH + 1), "\n" * services.NOTE_LINES])
def test_a_text_that_is_too_long_is_refused_and_changes_nothing(note, kim, text):
    write(note, kim, 0, "Kim")
    with pytest.raises(NoteTooLong):
        write(note, kim, 1, text)
    assert stand(note) == (1, "Kim")


def test_two_texts_that_are_too_long_together_are_refused(note, kim, lou):
    half = "x" * (NOTE_LENGTH - 10)
    write(note, kim, 0, half)
    with pytest.raises(NoteTooLong):
        write(note, lou, 0, "y" * 20)
    assert stand(note) == (1, half)


def test_a_closed_note_takes_nothing(note, kim, lou):
    write(note, kim, 0, "Kim")
    services.close(note.pk, ADDRESS, timezone.now())
    with pytest.raises(NoteClosed):
        write(note, lou, 1, "Kim\nLou")
    services.reopen(note.pk)
    assert write(note, lou, 1, "Kim\nLou").version == 2


def test_an_answer_that_was_lost_is_given_again_though_the_note_is_closed(note, kim):
    key = uuid.uuid4()
    write(note, kim, 0, "Kim", key=key)
    services.close(note.pk, ADDRESS, timezone.now())
    assert write(note, kim, 0, "Kim", key=key) == Merged(1, "Kim", 0)


def test_an_empty_note_is_not_closed(note):
    with pytest.raises(NoteRefused):
        services.close(note.pk, ADDRESS, timezone.now())


def test_closing_keeps_the_last_of_what_one_wrote_in_a_row(note, kim, lou):
    for number, (person, text) in enumerate(((kim, "K"), (kim, "Ki"), (lou, "Ki\nL"), (kim, "Kim\nL"))):
        write(note, person, number, text)
    services.close(note.pk, ADDRESS, timezone.now())
    assert list(note.revisions.values_list("number", "text")) == [(2, "Ki"), (3, "Ki\nL"), (4, "Kim\nL")]


def test_history_tells_each_run_once(note, kim, lou, django_assert_num_queries):
    write(note, kim, 0, "a")
    write(note, kim, 1, "a\nb")
    write(note, lou, 2, "a\nc")
    with django_assert_num_queries(2):
        versions, _ = list_versions(note)
    told = [(each.number, each.name, each.added, each.removed) for each in versions]
    assert told == [(3, "Lou Beispiel", ["c"], ["b"]), (2, "Kim Beispiel", ["a", "b"], [])]


def test_who_writes_is_told_for_a_while_and_not_to_themselves(note, kim, lou, django_assert_num_queries):
    now = timezone.now()
    write(note, kim, 0, "Kim", now=now)
    note.refresh_from_db()
    own = NoteAuthor.objects.get(person=kim).pk
    with django_assert_num_queries(1):
        assert read_note(note, now).writing == ("Kim Beispiel",)
    assert read_note(note, now, but=own).writing == ()
    assert read_note(note, now + dt.timedelta(seconds=21)).writing == ()


def test_whoever_wrote_by_account_and_then_takes_part_stays_one(note, kim):
    services.write(note.pk, services.Author("Kim", user=kim.user_id), 0, "a", uuid.uuid4(), timezone.now())
    write(note, kim, 1, "a\nb")
    assert list(NoteAuthor.objects.values_list("person", "user")) == [(kim.pk, kim.user_id)]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twelve_who_write_at_once_all_stand_in_it(section):
    desk = add_desk(add_event(section))
    note = open_note(session=add_session(add_plan(desk)))
    people = [add_writer(desk, f"Person{number}") for number in range(6)]

    def both(person):
        try:
            write(note, person, 0, f"{person.given_name} eins")
            write(note, person, 0, f"{person.given_name} zwei")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(both, people))
    connection.ensure_connection()
    version, text = stand(note)
    lines = {line for line in text.split("\n") if not is_mark(line)}
    assert lines == {f"Person{number} {word}" for number in range(6) for word in ("eins", "zwei")}
    numbers = list(NoteRevision.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 13))
    assert version == 12
