"""Each sheet: tagged, whole, and with nothing on it that does not belong there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.door.badges import badge_address
from events.models import Answer, Band, Consent, ConsentText, Question, Registration
from events.printing.attendance import erase_day
from events.printing.badges import build_badges
from events.printing.codes import Codes
from tests.events.printing.conftest import add_people, read, release_plan, slots_of, text_of
from tests.factories.events import add_participant, add_seat, add_session, at, put
from tests.theme.test_pdf import elements
from theme.pdf import ADMITTED, in_turn

PAPERS = {
    "programm": "Programm: Barcamp Rheinland-Pfalz",
    "raeume": "Raumschilder: Barcamp Rheinland-Pfalz",
    "sessionkarten": "Sessionkarten: Barcamp Rheinland-Pfalz",
    "namensschilder": "Namensschilder: Barcamp Rheinland-Pfalz (1)",
    "unterschriften": "Unterschriftenliste: Barcamp Rheinland-Pfalz",
    "evakuierung": "Evakuierungsliste: Barcamp Rheinland-Pfalz",
    "verpflegung": "Verpflegung: Barcamp Rheinland-Pfalz",
}
PERSONAL = ("@", "stadt.demo.invalid", "vegan, aber ohne Namen")


@pytest.fixture
def people(desk):
    """Two who come and one who waits; what they answered stands on no list by name."""
    question = Question.objects.create(desk=desk, label="Was noch?", kind=Question.Kind.TEXT)
    seats = add_people(desk, 2)
    add_seat(add_participant(desk, "Warteliste", family_name="Wartend"), Registration.State.WAITING)
    Answer.objects.create(registration=seats[0], question=question, text="vegan, aber ohne Namen")
    return seats


@pytest.mark.parametrize("name", PAPERS)
def test_each_is_tagged_and_holds_nothing_personal_that_it_does_not_need(
    organiser, url, release, people, name
) -> None:
    pdf = read(organiser.get(f"{url}druck/{name}.pdf"))
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "de"
    assert catalogue["/StructTreeRoot"]["/K"][0].get_object()["/S"] == "/Document"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    assert pdf.metadata is not None
    assert pdf.metadata.title == PAPERS[name]
    assert all(each.get("/Alt") for each in elements(pdf) if each["/S"] == "/Figure")
    text = text_of(pdf)
    assert [word for word in PERSONAL if word in text] == []
    assert "Wartend" not in text


def test_the_programme_stands_by_day_time_and_room_with_breaks_hosts_and_a_code(
    organiser, url, release, plan
) -> None:
    band = Band.objects.get(is_break=True)
    pause = {"uid": str(band.pk), "title": "Mittagspause"}
    times = {"starts": at(12).isoformat(), "ends": at(13).isoformat()}
    release_plan(plan, "Zwei", [*slots_of(plan), {**pause, **times}], number=2)
    pdf = read(organiser.get(f"{url}druck/programm.pdf"))
    text = text_of(pdf)
    inside = (
        "Barcamp Rheinland-Pfalz", "Programm „Zwei“", "09:00–10:00", "Raum 1", "KI im Bürgerbüro",
        "Alex Beispiel, Trier", "Raum 2", "Offene Daten", "Wärmeplanung & <Fernwärme>", "12:00–13:00",
        "Mittagspause", "Abschluss",
    )  # fmt: skip
    places = [text.find(each) for each in inside]
    assert -1 not in places
    assert places == sorted(places)
    alternatives = [each["/Alt"] for each in elements(pdf) if each["/S"] == "/Figure"]
    assert alternatives == [f"QR-Code: das Programm im Netz, {event_address(plan)}"]


def event_address(plan) -> str:
    return f"http://mainz.localhost:8001/id/{plan.desk.event.translation_key}"


def test_each_room_has_a_sign_for_its_door_across(organiser, url, release) -> None:
    pdf = read(organiser.get(f"{url}druck/raeume.pdf"))
    assert len(pdf.pages) == 2
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [297, 210]
    first, second = (page.extract_text() for page in pdf.pages)
    inside = (
        "Raum 1",
        "09:00–10:00",
        "KI im Bürgerbüro",
        "10:00–11:00",
        "Wärmeplanung",
        "15:00–16:00",
        "Abschluss",
    )
    places = [first.find(each) for each in inside]
    assert -1 not in places
    assert places == sorted(places)
    assert "Offene Daten" not in first
    assert "Offene Daten" in second


def test_a_day_too_full_for_one_sign_goes_on_on_a_second(organiser, url, plan, release) -> None:
    long = "Was wir nach drei Jahren Glasfaserausbau in der Fläche heute ganz anders machen würden als damals"
    slots = [
        {
            "uid": f"00000000-0000-4000-8000-{number:012}",
            "title": f"({number}) {long}",
            "starts": (at(9) + dt.timedelta(minutes=30 * number)).isoformat(),
            "ends": (at(9) + dt.timedelta(minutes=30 * number + 30)).isoformat(),
            "room": "Raum 1",
            "hosts": ["Alex Beispiel, Trier"],
        }
        for number in range(12)
    ]
    release_plan(plan, "Voll", slots, number=2)
    pages = [page.extract_text() for page in read(organiser.get(f"{url}druck/raeume.pdf")).pages]
    assert ["Blatt" in page and "Raum 1" in page for page in pages] == [True] * 3
    assert "(Blatt 1 von 3)" in pages[0]
    assert [sum(f"({number}) Was wir" in page for page in pages) for number in range(12)] == [1] * 12


def test_cards_stand_four_to_a_sheet_and_lead_to_their_session(organiser, url, plan, release) -> None:
    assert len(read(organiser.get(f"{url}druck/sessionkarten.pdf")).pages) == 1
    put(add_session(plan, "Noch eine"), plan.rooms.get(name="Raum 2"), 15, 16)
    release_plan(plan, "Zwei", number=2)
    pdf = read(organiser.get(f"{url}druck/sessionkarten.pdf"))
    assert len(pdf.pages) == 2
    alternatives = [each["/Alt"] for each in elements(pdf) if each["/S"] == "/Figure"]
    assert alternatives[0] == "QR-Code: „KI im Bürgerbüro“ im Netz"
    assert len(alternatives) == 5


def test_a_badge_holds_names_and_an_opaque_code_alone(desk, people, django_assert_num_queries) -> None:
    codes = Codes()
    with django_assert_num_queries(2):
        badges = build_badges(desk, people, codes)
    assert set(codes.known) == {badge_address(each.badge) for each in people}
    person = people[0].person
    secret = {person.email, person.family_name, str(person.pk), person.given_name}
    assert not [each for each in codes.known if any(word in each for word in secret)]
    assert [each.given.lines for each in badges] == [("Kim0",), ("Kim1",)]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("Kim", 36),
        ("Maximilian-Alexander", 36),
        ("Anna-Maria Josephine", 36),
        ("W" * 40, 5),
        ("i" * 100, 5),
        ("Юлия", 36),
    ],
)
def test_a_name_of_any_length_fits_its_badge(organiser, url, desk, name, least) -> None:
    add_seat(add_participant(desk, "lang", given_name=name, family_name=name, affiliation=name * 2))
    pdf = read(organiser.get(f"{url}druck/namensschilder.pdf"))
    assert len(pdf.pages) == 1
    sizes: list[float] = []

    def note(text, _cm, tm, _font, size) -> None:
        if text.strip():
            sizes.append(abs(tm[3]) * size)

    pdf.pages[0].extract_text(visitor_text=note)
    assert max(sizes) >= least
    assert "".join(name.split()) in "".join(text_of(pdf).split())


def test_who_does_not_agree_to_photos_is_marked(desk, people) -> None:
    wording = ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos?")
    other = ConsentText.objects.create(desk=desk, purpose="list", text="Liste?")
    agreed, refused = (each.person for each in people)
    Consent.objects.create(person=agreed, text=wording, given=timezone.now())
    Consent.objects.create(person=refused, text=other, given=timezone.now())
    assert [each.no_photos for each in build_badges(desk, people, Codes())] == [False, True]
    agreed.consents.update(withdrawn=timezone.now())
    assert [each.no_photos for each in build_badges(desk, people, Codes())] == [True, True]


def test_who_agreed_to_an_older_wording_alone_is_marked(desk, people) -> None:
    old = ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos?", retired=True)
    Consent.objects.create(person=people[0].person, text=old, given=timezone.now())
    assert [each.no_photos for each in build_badges(desk, people, Codes())] == [False, True]
    ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos und Film?")
    assert [each.no_photos for each in build_badges(desk, people, Codes())] == [True, True]


def test_who_was_asked_stays_marked_when_it_is_asked_no_longer(desk, people) -> None:
    ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos?", retired=True)
    assert [each.no_photos for each in build_badges(desk, people, Codes())] == [True, True]


def test_nobody_is_marked_where_no_photos_are_taken(desk, people) -> None:
    ConsentText.objects.create(desk=desk, purpose="list", text="Liste?")
    assert [each.no_photos for each in build_badges(desk, people, Codes())] == [False, False]


def test_the_mark_is_on_paper(organiser, url, desk, people) -> None:
    ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos?")
    assert text_of(read(organiser.get(f"{url}druck/namensschilder.pdf"))).count("Bitte keine Fotos") == 2


def test_lists_are_sorted_repeat_their_heads_and_say_when_they_end(organiser, url, desk) -> None:
    for name in ("Zander", "Öztürk", "Oberhof", "Adam"):
        add_seat(add_participant(desk, name, family_name=name, given_name="Kim", affiliation="Stadt Trier"))
    add_people(desk, 40)
    signatures = read(organiser.get(f"{url}druck/unterschriften.pdf"))
    assert len(signatures.pages) > 1
    assert all(
        "Unterschrift" in page.extract_text().replace("Unterschriftenliste", "") for page in signatures.pages
    )
    text = text_of(signatures)
    places = [text.find(f"{name}, Kim") for name in ("Adam", "Oberhof", "Öztürk", "Zander")]
    assert -1 not in places
    assert places == sorted(places)
    assert "Stadt Trier" in text
    day = erase_day(desk)
    assert day is not None
    assert f"Gelöscht nach dem {day.day}. " in text
    evacuation = text_of(read(organiser.get(f"{url}druck/evakuierung.pdf")))
    assert "44 Personen haben einen Platz." in evacuation
    assert "Stadt Trier" not in evacuation


def test_the_caterers_get_numbers_and_no_names(organiser, url, desk) -> None:
    meal = Question.objects.create(desk=desk, label="Essen", kind=Question.Kind.ONE, choices="Vegan\nAlles")
    days = Question.objects.create(
        desk=desk, label="Wann", kind=Question.Kind.SEVERAL, choices="Mittag\nAbend"
    )
    free = Question.objects.create(desk=desk, label="Sonst", kind=Question.Kind.LINE)
    for seat, answers in zip(
        add_people(desk, 3), (("Vegan", "Mittag\nAbend"), ("Alles", "Abend"), ("", "")), strict=True
    ):
        for question, answer in zip((meal, days), answers, strict=True):
            if answer:
                Answer.objects.create(registration=seat, question=question, text=answer)
        Answer.objects.create(registration=seat, question=free, text="Allergie")
    asked = "&".join(f"frage={each.pk}" for each in (meal, days, free))
    text = text_of(read(organiser.get(f"{url}druck/verpflegung.pdf?{asked}&frage=x&frage=999999999")))
    assert "3 Personen" in text
    assert ["Vegan 1" in text, "Alles 1" in text, "Mittag 1" in text, "Abend 2" in text] == [True] * 4
    assert text.count("keine Angabe 1") == 2
    assert "Allergie" not in text
    assert "Beispiel" not in text


def test_whoever_comes_while_others_are_served_is_asked_to_come_again(organiser, url, people) -> None:
    waiting = [in_turn() for _ in range(ADMITTED)]
    for each in waiting:
        each.__enter__()
    try:
        response = organiser.get(f"{url}druck/evakuierung.pdf")
    finally:
        for each in waiting:
            each.__exit__(None, None, None)
    assert response.status_code == 503
    assert response["Retry-After"] == "20"
    assert "Das PDF braucht einen Moment" in response.content.decode()
    assert organiser.get(f"{url}druck/evakuierung.pdf").status_code == 200
