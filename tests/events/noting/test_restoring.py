"""An older version comes back by whoever saw what goes with it; others' lines by those who lead."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from events.models import Note, NoteAuthor
from events.noting import services
from events.noting.refusals import NoteClosed, NoteRefused
from events.noting.restoring import restore, weigh_restoring
from tests.events.noting.conftest import author, sign_in, write

CHANGED = "Der Text wurde inzwischen geändert"
FOREIGN = "Dabei fielen Zeilen anderer weg."


@pytest.fixture
def written(note, kim, lou):
    """Version 1 is Kim's; in 2 Lou adds two lines, in 3 Kim adds one."""
    write(note, kim, 0, "Kims Zeile")
    write(note, lou, 1, "Kims Zeile\nVon Lou\nNoch eine von Lou")
    write(note, kim, 2, "Kims Zeile\nVon Lou\nNoch eine von Lou\nUnd von Kim")
    note.refresh_from_db()
    return note


def bring_back(note, number, seen, who, *, key=None, leads=False) -> None:
    restore(note.pk, number, seen, author(who), key or uuid.uuid4(), timezone.now(), leads=leads)
    note.refresh_from_db()


def test_it_is_told_what_goes_what_comes_and_of_how_many(written, kim, lou, django_assert_num_queries):
    with django_assert_num_queries(2):
        asked = weigh_restoring(written, 1, author(kim))
    assert asked.gone == ["Von Lou", "Noch eine von Lou", "Und von Kim"]
    assert (asked.seen, asked.back, asked.others, asked.is_foreign) == (3, [], 1, True)
    own = weigh_restoring(written, 2, author(kim))
    assert (own.gone, own.others, own.is_foreign) == (["Und von Kim"], 0, False)
    assert weigh_restoring(written, 2, author(lou)).is_foreign
    write(written, lou, 3, "")
    written.refresh_from_db()
    assert weigh_restoring(written, 1, author(kim)).back == ["Kims Zeile"]


def test_own_lines_go_and_all_stay_whose_they_were(written, kim, lou):
    key = uuid.uuid4()
    for _ in range(2):
        bring_back(written, 2, 3, kim, key=key)
    assert (written.version, written.text) == (4, "Kims Zeile\nVon Lou\nNoch eine von Lou")
    of_kim, of_lou = (NoteAuthor.objects.get(person=each).pk for each in (kim, lou))
    assert written.revisions.last().writers == [[of_kim], [of_lou], [of_lou]]


def test_a_line_changed_together_may_be_changed_back(note, kim, lou):
    write(note, kim, 0, "Die Prüfung dauert zwei Jahre")
    write(note, lou, 1, "Die Prüfung dauert drei Jahre")
    note.refresh_from_db()
    assert weigh_restoring(note, 1, author(lou)).others == 1
    bring_back(note, 1, 2, lou)
    assert note.text == "Die Prüfung dauert zwei Jahre"


def test_lines_of_others_go_by_those_who_lead_alone(written, kim, host):
    with pytest.raises(NoteRefused, match=FOREIGN):
        bring_back(written, 1, 3, kim)
    bring_back(written, 1, 3, host, leads=True)
    assert written.text == "Kims Zeile"


def test_what_somebody_writes_meanwhile_is_not_overwritten(written, kim, lou):
    write(written, lou, 3, f"{Note.objects.get().text}\nDazwischen")
    for seen in (3, 5, -1):
        with pytest.raises(NoteRefused, match=CHANGED):
            bring_back(written, 2, seen, kim, leads=True)
    assert Note.objects.get().text.endswith("Dazwischen")


def test_no_version_and_no_writing_any_more(written, kim):
    with pytest.raises(NoteRefused, match="Diese Fassung gibt es nicht mehr"):
        bring_back(written, 9, 3, kim)
    services.close(written.pk, "https://mainz.demo.invalid/", timezone.now())
    with pytest.raises(NoteClosed):
        bring_back(written, 2, 3, kim)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_history_asks_before_anything_goes(written, url, kim, host):
    leader = sign_in(host)
    history = leader.get(url("note_history")).content.decode()
    assert f'href="{url("note_history")}?fassung=2"' in history
    page = leader.get(url("note_history"), {"fassung": "1"})
    text = page.content.decode()
    for words in (
        "3 Zeilen fallen weg",
        "Worte von 2 anderen Personen",
        "<del>Von Lou</del>",
        "Ja, zurückholen",
    ):
        assert words in text
    assert Note.objects.get().version == 3
    data = {"number": 1, "seen": page.context["asked"].seen, "key": page.context["key"]}
    for _ in range(2):
        response = leader.post(url("note_history"), data, follow=True)
        assert response.redirect_chain[-1][0] == url()
    assert (Note.objects.get().version, Note.objects.get().text) == (4, "Kims Zeile")


def test_who_may_not_is_told_whom_to_ask(written, url, kim):
    client = sign_in(kim)
    page = client.get(url("note_history"), {"fassung": "1"}).content.decode()
    assert FOREIGN in page
    assert "Ja, zurückholen" not in page
    forged = client.post(url("note_history"), {"number": 1, "seen": 3, "key": uuid.uuid4()})
    assert forged.status_code == 409
    assert forged.content.decode().count(FOREIGN) == 1
    assert Note.objects.get().version == 3


@pytest.mark.parametrize("seen", [{"seen": 3}, {}, {"seen": "x"}])
def test_after_others_wrote_the_newest_is_shown(written, url, lou, host, seen):
    write(written, lou, 3, f"{Note.objects.get().text}\nDazwischen")
    response = sign_in(host).post(url("note_history"), {"number": 1, "key": uuid.uuid4(), **seen})
    text = response.content.decode()
    assert response.status_code == 409
    assert CHANGED in text
    assert "<del>Dazwischen</del>" in text
    assert 'name="seen" value="4"' in text
    assert Note.objects.get().version == 4


@pytest.mark.parametrize("number", ["99", "x", "-1"])
def test_a_version_that_is_not_there_is_told(written, url, kim, number):
    client, words = sign_in(kim), ["Diese Fassung gibt es nicht mehr. Bitte wählen Sie eine andere."]
    assert said(client.get(url("note_history"), {"fassung": number}, follow=True)) == words
    sent = {"number": number, "seen": 3}
    assert said(client.post(url("note_history"), sent, follow=True)) == words


def test_once_writing_has_ended_nothing_is_brought_back(written, url, kim):
    services.close(written.pk, "https://mainz.demo.invalid/", timezone.now())
    client = sign_in(kim)
    assert "Diese Fassung zurückholen" not in client.get(url("note_history")).content.decode()
    for response in (
        client.get(url("note_history"), {"fassung": "2"}, follow=True),
        client.post(url("note_history"), {"number": 2, "seen": 3}, follow=True),
    ):
        assert "Das Mitschreiben ist beendet" in said(response)[0]
    assert Note.objects.get().version == 3
