"""Links for those who help: handed out, shown, opened, ended."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from events.helping import KNOWN, write_helper_link
from events.models import EventPage, Helper
from tests.events.office.conftest import address, text_of
from tests.factories.events import add_desk, add_event


def form(**changes):
    until = timezone.localtime() + dt.timedelta(hours=5)
    return {"task": "door", "name": " Eingang  1 ", "until": until.strftime("%Y-%m-%dT%H:%M"), **changes}


def test_a_link_is_handed_out_shown_as_a_code_and_opened(office, desk, organiser, client) -> None:
    page = office.post(address(desk, "helfende/"), form(), follow=True)
    made = Helper.objects.get()
    assert (made.name, made.task, made.user) == ("Eingang 1", "door", organiser)
    assert "data:image/svg+xml" in page.content.decode()
    link = re.search(r"http[^ <]+/veranstaltungen(/helfen/[^ <]+)", page.content.decode())[1]
    opened = client.get(f"/veranstaltungen{link}", headers={"accept-language": "de"})
    assert "Schön, dass Sie mithelfen!" in text_of(opened)
    assert "Einlass" in text_of(opened)
    key = desk.event.translation_key
    assert client.get(f"/veranstaltungen/{key}/einlass/").status_code == 302  # looking is not becoming
    assert client.post(f"/veranstaltungen{link}")["Location"] == f"/veranstaltungen/{key}/einlass/"
    assert client.get(f"/veranstaltungen/{key}/einlass/").status_code == 200


def test_it_leads_to_its_task(office, desk, client) -> None:
    page = office.post(address(desk, "helfende/"), form(task="wall"), follow=True)
    link = re.search(r"http[^ <]+/veranstaltungen(/helfen/[^ <]+)", page.content.decode())[1]
    target = client.post(f"/veranstaltungen{link}")["Location"]
    assert target == f"/veranstaltungen/{desk.event.translation_key}/wand/"


def test_the_link_stands_on_no_page_that_does_not_show_it(office, desk, helper) -> None:
    page = office.get(address(desk, "helfende/")).content.decode()
    assert "/helfen/" not in page
    assert "/helfen/" in office.get(address(desk, "helfende/"), {"zeigen": str(helper.pk)}).content.decode()


def test_ended_is_ended_and_twice_changes_nothing(office, desk, helper, phone) -> None:
    assert "Der Link gilt nicht mehr." in text_of(
        office.post(address(desk, "helfende/"), {"end": str(helper.pk)}, follow=True)
    )
    ended = Helper.objects.get().ended
    office.post(address(desk, "helfende/"), {"end": str(helper.pk)})
    assert Helper.objects.get().ended == ended
    assert phone.get(f"/veranstaltungen/{desk.event.translation_key}/einlass/").status_code == 302
    page = office.get(address(desk, "helfende/"), {"zeigen": str(helper.pk)})
    assert "beendet am" in text_of(page)
    assert "/helfen/" not in page.content.decode()


@pytest.mark.parametrize("off", ["cancelled", "withdrawn", "long over"])
def test_no_link_outlives_its_event(office, desk, helper, phone, off) -> None:
    long_ago = timezone.now() - dt.timedelta(days=3)
    changes = {
        "cancelled": {"status": EventPage.Status.CANCELLED},
        "withdrawn": {"live": False},
        "long over": {"starts": long_ago - dt.timedelta(hours=8), "ends": long_ago},
    }
    door = f"/veranstaltungen/{desk.event.translation_key}/einlass/"
    assert phone.get(door).status_code == 200
    EventPage.objects.filter(pk=desk.event_id).update(**changes[off])
    assert phone.get(door).status_code == 302
    link = urlsplit(write_helper_link(helper)).path
    assert phone.get(link).status_code == 404
    page = text_of(office.get(address(desk, "helfende/")))
    assert ("Zurzeit gilt keiner." in page) == (off != "long over")


def test_a_link_gives_the_browser_a_new_key(helper) -> None:
    client = Client()
    client.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = known = client.session.session_key
    client.post(urlsplit(write_helper_link(helper)).path)
    assert KNOWN in client.session
    assert client.session.session_key != known
    assert not Session.objects.filter(pk=known).exists()


def test_somebody_signed_in_stays_so_in_the_session_that_is_noted(office, organiser, helper) -> None:
    known = office.session.session_key
    office.post(urlsplit(write_helper_link(helper)).path)
    assert (KNOWN in office.session, office.session.session_key) == (True, known)


def test_another_event_ends_nothing(office, desk, helper, section) -> None:
    other = add_desk(add_event(section, "Ein anderes Treffen"))
    for wrong in (str(helper.pk), str(uuid.uuid4()), "x"):
        assert office.post(address(other, "helfende/"), {"end": wrong}).status_code == 404
    assert Helper.objects.get().ended is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Bitte geben Sie dem Telefon einen Namen"),
        ({"name": "Eingang 1"}, "Dieser Name ist für diese Veranstaltung schon vergeben."),
        ({"until": "2020-01-01T10:00"}, "Diese Zeit ist vorbei."),
        ({"until": "morgen"}, "Bitte wählen Sie Tag und Uhrzeit."),
        ({"until": "2099-01-01T10:00"}, "Ein Link gilt höchstens bis zwei Tage nach der Veranstaltung."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(office, desk, helper, changes, said) -> None:
    response = office.post(address(desk, "helfende/"), form(**changes))
    assert said in text_of(response)
    typed = changes.get("name", "").strip() or changes.get("until", "")
    assert typed in response.content.decode()
    assert Helper.objects.get() == helper


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(office, desk, count, django_assert_num_queries) -> None:
    for number in range(count):
        until = timezone.now() + dt.timedelta(hours=1)
        Helper.objects.create(desk=desk, task="door", name=f"Eingang {number}", until=until)
    office.get(address(desk, "helfende/"))
    with django_assert_num_queries(7):
        office.get(address(desk, "helfende/"))
