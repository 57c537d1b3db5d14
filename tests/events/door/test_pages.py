"""The pages at the door: for whom they are, what they say, and what they take."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from events.door.badges import badge_address, digest_badge
from events.helping import write_helper_link
from events.models import CheckIn, EventPage, Helper, Person, Registration
from tests.events.door.conftest import add_guest, address, open_link
from tests.events.office.conftest import text_of
from tests.factories.events import add_desk, add_event


def send(client, desk, *badges, **more):
    now = timezone.now().isoformat()
    scans = [{"key": str(uuid.uuid4()), "badge": each, "at": now} for each in badges]
    body = {"device_now": now, "scans": scans, **more}
    return client.post(address(desk, "eingaenge/"), json.dumps(body), content_type="application/json")


def standing():
    return CheckIn.objects.filter(undone=None, repeats=False)


def test_a_batch_and_its_answer(phone, desk, helper) -> None:
    kim = add_guest(desk)
    add_guest(desk, "Robin")
    response = send(phone, desk, kim.badge, "AAAAAAAAAAAAAAAA")
    assert response["Cache-Control"].count("no-store")
    told = response.json()
    assert set(told) == {"server_now", "answers", "counts"}
    assert [each["result"] for each in told["answers"]] == ["in", "unknown"]
    assert set(told["answers"][0]) == {"key", "result", "text", "name", "since"}
    assert told["counts"] == {"there": 1, "expected": 2}
    assert standing().get().helper == helper


def test_an_organiser_checks_in_as_well(office, desk, organiser) -> None:
    kim = add_guest(desk)
    send(office, desk, kim.badge)
    (answer,) = send(office, desk, kim.badge).json()["answers"]
    assert re.fullmatch(
        r"Kim B\. ist schon da, seit (?:\w\w, )?\d\d:\d\d Uhr \(durch die Organisation\)\.", answer["text"]
    )
    assert standing().get().user == organiser


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[" * 100_000,
        "[]",
        "null",
        '{"scans": {}}',
        '{"scans": [1]}',
        json.dumps({"scans": [{}] * 501}),
        "\udcff",
    ],
)
def test_a_batch_that_cannot_be_read_takes_nothing_and_says_so(phone, desk, body) -> None:
    raw = body.encode(errors="surrogateescape")
    response = phone.post(address(desk, "eingaenge/"), raw, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["text"].startswith("Der Server hat das nicht angenommen.")


@pytest.mark.parametrize(
    "scan",
    [
        {},
        {"key": 7, "badge": None, "at": []},
        {"key": "\x00", "badge": "\x00", "at": "\x00"},
        {"key": str(uuid.UUID(int=1)), "badge": "x" * 1000, "at": "9999-99-99"},
        {"key": str(uuid.UUID(int=2)), "badge": "AAAAAAAAAAAAAAAA", "at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_nonsense_in_a_scan_is_answered_and_holds_up_nothing(phone, desk, scan) -> None:
    kim = add_guest(desk)
    good = {"key": str(uuid.uuid4()), "badge": kim.badge, "at": "gestern"}
    body = json.dumps({"device_now": "jetzt", "scans": [scan, good]})
    response = phone.post(address(desk, "eingaenge/"), body, content_type="application/json")
    assert [each["result"] for each in response.json()["answers"]][1] == "in"
    assert response.json()["answers"][0]["result"] in ("refused", "unknown")


def test_the_page_says_until_when_names_may_stay_on_the_device(phone, office, desk, helper) -> None:
    def read(client):
        return dt.datetime.fromisoformat(client.get(address(desk)).context["until"])

    assert read(phone) == helper.until
    assert read(office) == desk.event.ends + dt.timedelta(hours=3)
    Helper.objects.update(until=desk.event.ends + dt.timedelta(days=9))
    assert read(phone) == desk.event.ends + dt.timedelta(days=2)


def test_a_forged_an_ended_and_a_foreign_link_open_nothing(client, desk, helper, section) -> None:
    path = write_helper_link(helper).partition("//")[2].partition("/")[2]
    assert client.get(f"/{path}").status_code == 200
    forged = client.post(f"/{path[:-3]}xx/")
    assert forged.status_code == 404
    assert "Dieser Link ist nicht gültig" in forged.content.decode()
    other = add_desk(add_event(section, "Ein anderes Treffen"))
    wall = Helper.objects.create(desk=desk, task="wall", name="Wand", until=helper.until)
    phone = open_link(helper)
    assert phone.get(address(other)).status_code == 302
    assert open_link(wall).get(address(desk)).status_code == 403
    assert send(open_link(wall), desk, add_guest(desk).badge).status_code == 403
    assert phone.get(address(desk)).status_code == 200
    Helper.objects.filter(pk=helper.pk).update(ended=timezone.now())
    assert phone.get(address(desk)).status_code == 302
    assert send(phone, desk, "AAAAAAAAAAAAAAAA").status_code == 302
    assert client.get(f"/{path}").status_code == 404


def test_a_post_of_another_site_is_refused(helper, desk) -> None:
    phone = Client(enforce_csrf_checks=True)
    phone.cookies = open_link(helper).cookies
    assert send(phone, desk, add_guest(desk).badge).status_code == 403
    assert not CheckIn.objects.exists()


def test_a_device_holds_digests_given_names_initials_and_states_alone(phone, desk) -> None:
    kim = add_guest(desk, affiliation="Stadt Musterhausen")
    add_guest(desk, "Robin", "waiting")
    response = phone.get(address(desk, "liste.json"))
    assert response.json() == {
        "people": [
            {"hash": digest_badge(kim.badge), "given": "Kim", "initial": "B.", "state": "seat"},
            {
                "hash": response.json()["people"][1]["hash"],
                "given": "Robin",
                "initial": "B.",
                "state": "waiting",
            },
        ]
    }
    assert not [
        each for each in (kim.badge, "Beispiel", "Musterhausen", "@") if each in response.content.decode()
    ]
    again = phone.get(address(desk, "liste.json"), headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    send(phone, desk, kim.badge)
    again = phone.get(address(desk, "liste.json"), headers={"if-none-match": response["ETag"]})
    assert again.json()["people"][0]["state"] == "in"


def test_a_search_gives_whole_names_and_only_of_this_event(phone, desk, section) -> None:
    kim = add_guest(desk, affiliation="Trier")
    add_guest(add_desk(add_event(section, "Ein anderes Treffen")), "Kimberly")
    told = phone.get(address(desk, "suche.json"), {"q": "kim beisp"}).json()["people"]
    assert told == [
        {"hash": digest_badge(kim.badge), "name": "Kim Beispiel", "affiliation": "Trier", "state": "seat"}
    ]
    for words in ("", "k", "\x00", "niemand"):
        assert phone.get(address(desk, "suche.json"), {"q": words}).json() == {"people": []}


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_lists_do_not_grow(phone, desk, count, django_assert_num_queries) -> None:
    for number in range(count):
        add_guest(desk, f"Kim{number}")
    phone.get(address(desk))
    for tail, queries in (("", 3), ("liste.json", 3), ("suche.json?q=kim", 3), ("?q=kim", 4)):
        with django_assert_num_queries(queries):
            phone.get(address(desk, tail))


def test_without_scripts_one_searches_checks_in_and_takes_back(phone, desk) -> None:
    kim = add_guest(desk)
    page = phone.get(address(desk), {"q": "Beispiel"})
    assert "0 von 1 sind da" in text_of(page)
    assert "Kim Beispiel" in text_of(page)
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
    data = {"key": key, "badge": kim.badge, "action": "check_in"}
    assert "Kim B. ist jetzt da. Willkommen!" in text_of(phone.post(address(desk), data, follow=True))
    assert "1 von 1 sind da" in text_of(phone.post(address(desk), data, follow=True))
    gone = phone.post(address(desk), {"key": key, "action": "undo"}, follow=True)
    assert "Zurückgenommen: Kim B. ist nicht da." in text_of(gone)
    assert not standing().exists()
    assert phone.post(address(desk), {"key": "nichts"}).status_code == 404


def test_taking_back_by_the_page(phone, desk, section) -> None:
    key = send(phone, desk, add_guest(desk).badge).json()["answers"][0]["key"]
    told = phone.post(address(desk, "zuruecknehmen/"), {"key": key}).json()
    assert told == {"name": "Kim B.", "counts": {"there": 0, "expected": 1}}
    for wrong in ("", "x", str(uuid.uuid4())):
        assert phone.post(address(desk, "zuruecknehmen/"), {"key": wrong}).status_code == 404


def test_organisers_give_seats_and_helpers_do_not(phone, office, desk) -> None:
    robin = add_guest(desk, "Robin", "waiting")
    data = {"key": str(uuid.uuid4()), "registration": robin.pk, "action": "admit"}
    assert phone.post(address(desk), data).status_code == 404
    assert "Platz geben und einlassen" not in text_of(phone.get(address(desk), {"q": "Robin"}))
    assert "Platz geben und einlassen" in text_of(office.get(address(desk), {"q": "Robin"}))
    assert "Robin B. ist jetzt da." in text_of(office.post(address(desk), data, follow=True))
    robin.refresh_from_db()
    assert robin.state == "confirmed"
    assert not robin.person.letters.exists()
    for wrong in ("", "x", "999999999", "١"):
        assert office.post(address(desk), {**data, "registration": wrong}).status_code == 404


def test_before_its_day_no_seats_are_given_at_the_door(office, phone, desk) -> None:
    start = timezone.now() + dt.timedelta(days=2)
    EventPage.objects.filter(pk=desk.event.pk).update(starts=start, ends=start + dt.timedelta(hours=8))
    robin = add_guest(desk, "Robin", "waiting")
    data = {"key": str(uuid.uuid4()), "registration": robin.pk, "action": "admit"}
    assert "nur am Tag der Veranstaltung" in text_of(office.post(address(desk), data, follow=True))
    assert "nur am Tag der Veranstaltung" in text_of(phone.get(address(desk, "von-hand/")))
    assert "nur am Tag" in text_of(phone.post(address(desk, "von-hand/"), write_in()))
    assert not CheckIn.objects.exists()


def write_in(**changes):
    who = {
        "given_name": "Alex",
        "family_name": "Muster",
        "email": "alex@ort.demo.invalid",
        "affiliation": "Ort",
    }
    return {**who, "key": str(uuid.uuid4()), **changes}


def test_who_comes_without_registration_is_written_down_once(phone, desk) -> None:
    add_guest(desk)
    data = write_in()
    for _ in range(2):
        assert "Alex M. ist jetzt da." in text_of(phone.post(address(desk, "von-hand/"), data, follow=True))
    alex = Registration.objects.get(person__email="alex@ort.demo.invalid")
    assert (alex.state, alex.place, alex.person.confirmed) == ("confirmed", 2, None)
    assert standing().get().registration == alex
    assert not alex.person.letters.exists()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(phone, desk) -> None:
    page = text_of(phone.post(address(desk, "von-hand/"), write_in(email="alex")))
    assert "Das ist keine E-Mail-Adresse" in page
    response = phone.post(address(desk, "von-hand/"), write_in(email="alex"))
    assert 'value="Muster"' in response.content.decode()
    assert not Person.objects.exists()


def test_who_is_known_without_a_seat_needs_the_organisers(phone, office, desk) -> None:
    add_guest(desk, "Alex", "waiting", email="alex@ort.demo.invalid")
    page = text_of(phone.post(address(desk, "von-hand/"), write_in(email="ALEX@ort.demo.invalid")))
    assert "Bitte fragen Sie die Organisation." in page
    assert not CheckIn.objects.exists()
    page = text_of(office.post(address(desk, "von-hand/"), write_in(), follow=True))
    assert "Alex B. ist jetzt da." in page  # as they are known, not as somebody typed


def test_a_badge_opened_by_anybody_names_its_event_alone(client, desk, section) -> None:
    kim = add_guest(desk)
    response = client.get(badge_address(kim.badge).partition("//")[2].partition("/")[2].join(("/", "")))
    assert "Dieses Schild gehört zu „Barcamp“" in text_of(response)
    assert not [each for each in ("Kim", "Beispiel", kim.person.email) if each in response.content.decode()]
    assert client.post(f"/veranstaltungen/b/{kim.badge}/", {"key": str(uuid.uuid4())}).status_code == 200
    assert not CheckIn.objects.exists()
    hidden = add_guest(add_desk(add_event(section, "Geheimes Treffen", live=False)), "Robin")
    for badge in (hidden.badge, "AAAAAAAAAAAAAAAA"):
        page = client.get(f"/veranstaltungen/b/{badge}/")
        assert page.status_code == 404
        assert "kennen wir nicht" in page.content.decode()
        assert "Geheimes" not in page.content.decode()


def test_a_badge_opened_at_the_door_checks_in_with_one_tap(phone, desk) -> None:
    kim = add_guest(desk)
    path = f"/veranstaltungen/b/{kim.badge}/"
    assert "Einlassen" in text_of(phone.get(path))
    page = text_of(phone.post(path, {"key": str(uuid.uuid4())}, follow=True))
    assert "Kim B. ist jetzt da. Willkommen!" in page
    assert "Ist da. Es ist nichts mehr zu tun." in page
    robin = add_guest(desk, "Robin", "cancelled")
    assert "Hat keinen Platz: abgesagt." in text_of(phone.get(f"/veranstaltungen/b/{robin.badge}/"))


def test_a_helper_of_another_event_learns_nothing_from_a_badge(phone, section) -> None:
    robin = add_guest(add_desk(add_event(section, "Ein anderes Treffen")), "Robin")
    response = phone.get(f"/veranstaltungen/b/{robin.badge}/")
    assert "Robin" not in response.content.decode()
    phone.post(f"/veranstaltungen/b/{robin.badge}/", {"key": str(uuid.uuid4())})
    assert not CheckIn.objects.exists()
