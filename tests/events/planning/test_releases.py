"""Releases: the plan frozen under a name, the document that follows, and whom letters tell."""

from __future__ import annotations

import pytest
from django.utils import timezone

from events.models import EventPage, Interest, Letter, Release, Session
from events.planning.diffs import Diff, diff_releases
from events.planning.refusing import Refused
from events.planning.releases import newest_release, preview_release, release_programme, slots_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Slot
from tests.factories.events import add_host, add_participant, add_session, at, put


@pytest.fixture
def lunch(plan):
    band = plan.bands.get(is_break=True)
    return Slot(uid=str(band.pk), title="Mittagspause", starts=at(12), ends=at(13))


def release(plan, name="Fassung 1", note="", user=None):
    return release_programme(plan, name, note, user, timezone.now())


def slot_of(session, room, first, last, *hosts):
    return Slot(
        uid=str(session.pk),
        title=session.title,
        starts=at(first),
        ends=at(last),
        room=room.name,
        hosts=hosts,
        summary=session.summary,
    )


def letters(name):
    return {letter.address: letter for letter in Letter.objects.filter(name=name)}


def test_a_release_freezes_what_is_placed(plan, rooms, organiser, lunch):
    host = add_host(plan, affiliation="Stadt Trier")
    placed = add_session(plan, "KI im Bürgerbüro", host, summary="Was sie kann.")
    put(placed, rooms[0], 9, 10)
    add_session(plan, "Ohne Platz")
    put(add_session(plan, "Zurückgezogen", state="withdrawn"), rooms[1], 9, 10)
    made = release(plan, "  Erste \n Fassung ", " Hallo ", organiser)
    assert (made.number, made.name, made.note, made.user) == (1, "Erste Fassung", "Hallo", organiser)
    assert slots_of(made) == (slot_of(placed, rooms[0], 9, 10, "Alex Beispiel, Stadt Trier"), lunch)
    assert newest_release(plan) == made


def test_the_document_follows_the_release_and_not_the_plan(desk, plan, rooms, give, lunch):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    settle()
    before = CatalogueEntry.objects.get(uuid=desk.event.translation_key)
    assert before.document.event.slots == ()
    release(plan)
    settle()
    after = CatalogueEntry.objects.get(uuid=desk.event.translation_key)
    assert after.document.event.slots == (slot_of(session, rooms[0], 9, 10), lunch)
    assert after.document.event.sequence == before.document.event.sequence + 1
    give.place(session, rooms[1], 13)
    settle()
    assert CatalogueEntry.objects.get(uuid=desk.event.translation_key).document == after.document


def test_the_sequence_rises_when_something_moves_and_not_when_it_is_reworded(desk, plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    sequences = []
    for number, change in enumerate(
        (
            lambda: None,
            lambda: give.place(session, rooms[1], 9),
            lambda: Session.objects.update(title="Neu benannt"),
            lambda: give.remove(session),
        )
    ):
        change()
        release(plan, f"Fassung {number}")
        sequences.append(EventPage.objects.get(pk=desk.event.pk).sequence)
    assert sequences == [1, 2, 2, 3]
    assert EventPage.objects.get(pk=desk.event.pk).build_event(0).slots == ()


def test_what_is_written_on_the_page_stays_until_the_first_release(desk, plan, rooms):
    """Both a draft and what an editor publishes later show the release from then on."""
    page = EventPage.objects.get(pk=desk.event.pk)
    page.slots = [("slot", {"title": "Auftakt", "starts": at(9), "ends": at(10), "room": "", "hosts": ""})]
    page.save_revision().publish()
    assert [slot.title for slot in EventPage.objects.get(pk=page.pk).build_event(0).slots] == ["Auftakt"]
    put(add_session(plan, "Aus dem Plan"), rooms[0], 13, 14)
    release(plan)
    page = EventPage.objects.get(pk=page.pk)
    page.save_revision().publish()
    released = EventPage.objects.get(pk=page.pk)
    assert [slot.title for slot in released.build_event(0).slots] == ["Mittagspause", "Aus dem Plan"]
    assert released.sequence == 2


def test_saving_the_page_for_a_release_keeps_what_editors_wrote(desk, plan, rooms):
    page = EventPage.objects.get(pk=desk.event.pk)
    page.location = "Entwurf"
    page.save_revision()
    put(add_session(plan), rooms[0], 9, 10)
    release(plan)
    page = EventPage.objects.get(pk=page.pk)
    assert (page.location, page.has_unpublished_changes) == ("Digital Hub", True)
    assert page.get_latest_revision_as_object().location == "Entwurf"


@pytest.mark.parametrize(
    ("name", "note", "reason"),
    [
        ("  ", "", "no_name"),
        ("x" * 81, "", "too_long"),
        ("Neu", "x" * 1001, "too_long"),
        ("Fassung 1", "", "name_taken"),
        ("Fassung 2", "", "unchanged"),
    ],
)
def test_a_release_that_is_refused(plan, rooms, name, note, reason):
    put(add_session(plan), rooms[0], 9, 10)
    release(plan)
    with pytest.raises(Refused) as caught:
        release(plan, name, note)
    assert caught.value.reason == reason
    assert caught.value.text.endswith(".")
    assert Release.objects.count() == 1


def test_an_empty_plan_is_not_released(plan):
    with pytest.raises(Refused) as caught:
        release(plan)
    assert caught.value.reason == "unchanged"
    assert caught.value.text.startswith("Im Plan steht noch keine Session")


def test_an_event_that_is_a_draft_is_not_released(desk, plan, rooms):
    put(add_session(plan), rooms[0], 9, 10)
    EventPage.objects.filter(pk=desk.event.pk).update(live=False)
    with pytest.raises(Refused) as caught:
        release(plan)
    assert caught.value.reason == "draft"


def test_a_diff_says_what_became_of_each_entry(plan, rooms):
    one, two = rooms
    sessions = [add_session(plan, f"Nummer {number}") for number in range(5)]
    same, gone, moved, elsewhere, reworded = (
        slot_of(session, one, 9 + number, 10 + number) for number, session in enumerate(sessions)
    )
    new = slot_of(add_session(plan, "Neu"), one, 9, 10)
    later = moved.model_copy(update={"starts": at(15), "ends": at(16)})
    other = elsewhere.model_copy(update={"room": two.name, "title": "Auch umbenannt"})
    titled = reworded.model_copy(update={"title": "Umbenannt"})
    diff = diff_releases([same, gone, moved, elsewhere, reworded], [titled, later, other, same, new])
    assert diff == Diff(
        new=(new,),
        moved=((elsewhere, other), (moved, later)),
        cancelled=(gone,),
        changed=((reworded, titled),),
    )
    assert diff
    assert not diff_releases([same, new], [new, same])
    assert not diff_releases([], [])


def test_who_said_that_they_come_is_told_of_what_moved_or_is_cancelled(desk, plan, rooms, give):
    moved, gone, same = (add_session(plan, title) for title in ("Verlegte", "Abgesagte", "Bleibende"))
    for session, hour in ((moved, 9), (gone, 10), (same, 11)):
        give.place(session, rooms[0], hour)
    people = {
        name: add_participant(desk, name, **fields)
        for name, fields in {"Kim": {}, "Toni": {}, "Nur": {"confirmed": None}}.items()
    }
    for name, session in (("Kim", moved), ("Kim", gone), ("Toni", same), ("Nur", moved)):
        Interest.objects.create(person=people[name], session=session)
    release(plan)
    assert not letters("programme_participant")  # new ones are in the programme to read
    give.place(moved, rooms[1], 9)
    give.remove(gone)
    assert preview_release(plan).participant_letters == 1
    release(plan, "Fassung 2")
    told = letters("programme_participant")
    assert set(told) == {"kim@stadt.demo.invalid"}
    letter = told["kim@stadt.demo.invalid"]
    assert letter.subject == "Programm geändert: Barcamp"
    assert "Verschoben: „Verlegte“\n  jetzt Raum 2, 09:00 bis 10:00\n  bisher Raum 1, 09:00" in letter.text
    assert "Entfällt: „Abgesagte“" in letter.text
    assert "/veranstaltungen/teilnahme/" in letter.text
    assert "Bleibende" not in letter.text


def test_a_host_is_not_told_as_a_guest_as_well(desk, plan, rooms, give):
    kim = add_participant(desk, "Kim")
    session = add_session(plan, "Eins", add_host(plan, "Kim", person=kim, email=kim.email))
    Interest.objects.create(person=kim, session=session)
    give.place(session, rooms[0], 9)
    release(plan)
    give.place(session, rooms[1], 9)
    release(plan, "Fassung 2")
    assert not letters("programme_participant")
    assert Letter.objects.filter(address=kim.email).count() == 2


def test_nobody_is_written_to_for_a_new_wording(desk, plan, rooms, give):
    session = add_session(plan, "Eins", add_host(plan, email="amt15@stadt.demo.invalid"))
    Interest.objects.create(person=add_participant(desk), session=session)
    give.place(session, rooms[0], 9)
    release(plan)
    Letter.objects.all().delete()
    Session.objects.update(title="Eins, neu")
    assert (preview_release(plan).host_letters, preview_release(plan).participant_letters) == (0, 0)
    release(plan, "Fassung 2")
    assert not Letter.objects.exists()


def test_names_with_signs_stand_in_letters_as_they_are(plan, rooms, give):
    session = add_session(plan, "Recht & <b>Ordnung</b>\u2028", add_host(plan, email="a@b.demo.invalid"))
    give.place(session, rooms[0], 9)
    release(plan, "R&D")
    assert "„Recht & <b>Ordnung</b>" in Letter.objects.get().text


@pytest.mark.parametrize("number", [1, 3])
def test_a_preview_takes_as_many_queries_whatever_is_planned(
    desk, plan, rooms, give, number, django_assert_num_queries
):
    for index in range(number):
        session = add_session(plan, f"{index}", add_host(plan, f"{index}", email=f"h{index}@b.demo.invalid"))
        Interest.objects.create(person=add_participant(desk, f"Kim{index}"), session=session)
        give.place(session, rooms[0], (9, 10, 13)[index])
    release(plan)
    for index, session in enumerate(Session.objects.order_by("title")):
        give.place(session, rooms[1], (9, 10, 13)[index])
    plan.refresh_from_db()
    # Newest release; sessions, their hosts, breaks; desk and event; hosts of then and now, interests.
    with django_assert_num_queries(9):
        preview = preview_release(plan)
    assert len(preview.diff.moved) == number
    assert (preview.host_letters, preview.participant_letters) == (number, number)
    assert Release.objects.count() == 1


def test_a_release_that_fails_leaves_nothing_behind(plan, rooms, monkeypatch):
    """The letters are written before the pages: a page that cannot be saved takes all of it back."""
    put(add_session(plan, "Eins", add_host(plan, email="a@b.demo.invalid")), rooms[0], 9, 10)

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(EventPage, "save", fail)
    with pytest.raises(RuntimeError):
        release(plan)
    assert not Release.objects.exists()
    assert not Letter.objects.exists()
