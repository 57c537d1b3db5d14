"""Sending the mails of saved searches: how they are ended, and what a mail server's trouble does."""

from __future__ import annotations

import datetime as dt
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from hub.accounts.models import User
from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.site import tasks
from hub.site.searches import sending
from hub.site.searches.models import Rhythm, SavedSearch
from hub.site.searches.sending import send_found
from hub.site.searches.services import change_search
from search.engines.base import EngineUnavailable
from tests.factories.people import add_person
from tests.search.catalogue import KOBLENZ, make_document, publish
from tests.site.saved_searches import BEFORE, MONDAY, TUESDAY, save, titles
from tests.theme.entries import add_bodies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    add_bodies()


@pytest.fixture
def user() -> User:
    return add_person("erika@koblenz.example")


def test_each_mail_is_ended_with_one_click_and_the_search_stays(user: User, client: Client) -> None:
    held = save(user)
    publish(make_document("Wallbox"))
    send_found(MONDAY)
    (message,) = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = link.removeprefix(env.origin)
    for _time in range(2):
        page = client.get(path).content.decode()
        assert "Keine Mails mehr zu dieser Suche?" in page
        assert "Wallbox" not in page
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    held.refresh_from_db()
    assert held.rhythm == Rhythm.NONE
    assert "kommen keine Mails mehr" in client.post(path, follow=True).content.decode()
    held.delete()
    assert "kommen keine Mails mehr" in client.get(path).content.decode()


@pytest.mark.parametrize("token", ["x", "a:b:c", "x" * 3000])
def test_a_forged_link_ends_nothing(user: User, client: Client, token: str) -> None:
    save(user)
    response = client.post(f"/mein/suchen/abmelden/{token}/")
    assert response.status_code == 404
    assert "Vielleicht wurde er in der Mail abgeschnitten." in response.content.decode()
    assert SavedSearch.objects.get().rhythm == Rhythm.DAILY


def fail(monkeypatch: pytest.MonkeyPatch, error: Exception, times: int = 1) -> None:
    """Let the next mails fail."""
    left, send = [error] * times, EmailBackend.send_messages

    def send_messages(self: EmailBackend, messages: Any) -> int:
        if left:
            raise left.pop()
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)


def test_a_mail_server_in_trouble_loses_nothing_and_repeats_nothing(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = save(user)
    publish(make_document("Wallbox"))
    fail(monkeypatch, SMTPServerDisconnected("away"))
    assert send_found(MONDAY) == 0
    held.refresh_from_db()
    assert (held.told, held.sent_until) == (0, BEFORE)
    assert send_found(MONDAY + dt.timedelta(hours=1)) == 1
    assert send_found(MONDAY + dt.timedelta(hours=2)) == 0


def test_the_same_mail_sent_again_has_the_same_id(user: User) -> None:
    save(user)
    publish(make_document("Wallbox"))
    ids = []
    for _time in range(2):
        send_found(MONDAY)
        ids.append(mail.outbox.pop().extra_headers["Message-ID"])
        SavedSearch.objects.update(told=0, sent_until=BEFORE)  # as after a crash before the commit
    assert len(set(ids)) == 1


def test_a_server_that_stays_away_is_not_asked_for_everybody(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    for number in range(5):
        save(add_person(f"p{number}@koblenz.example"))
    publish(make_document("Wallbox"))
    fail(monkeypatch, SMTPServerDisconnected("away"), times=3)
    assert send_found(MONDAY) == 0
    assert "the mail server does not answer, mails wait" in caplog.text
    assert send_found(MONDAY) == 5


def refuse(
    monkeypatch: pytest.MonkeyPatch, user: User, times: int = 1, reply: bytes = b"5.1.1 unknown"
) -> None:
    fail(monkeypatch, SMTPRecipientsRefused({str(user.email): (550, reply)}), times)


def test_an_address_refused_for_good_waits_for_the_next_day(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = save(user)
    publish(make_document("Wallbox"))
    refuse(monkeypatch, user)
    assert [send_found(now) for now in (MONDAY, MONDAY, TUESDAY)] == [0, 0, 1]
    held.refresh_from_db()
    assert held.told
    assert held.refused == []


def test_the_third_refusal_in_a_row_ends_the_mails_and_the_person_is_told(
    user: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = save(user)
    publish(make_document("Wallbox"))
    refuse(monkeypatch, user, times=3)
    days = [MONDAY + dt.timedelta(days=number) for number in range(4)]
    assert [send_found(now) for now in days] == [0, 0, 0, 0]
    held.refresh_from_db()
    assert (held.rhythm, held.refused) == (Rhythm.NONE, [now.date() for now in days[:3]])
    client.force_login(user)
    note = "3 Mails hintereinander ließen sich nicht an erika@koblenz.example zustellen"
    assert note in client.get("/mein/suchen/").content.decode()
    change_search(held, held.name, Rhythm.DAILY, MONDAY)
    assert note not in client.get("/mein/suchen/").content.decode()
    publish(make_document("Wallbox zwei"))
    assert send_found(TUESDAY) == 1
    assert titles() == ["Wallbox zwei"]


def test_a_day_without_news_does_not_make_refusals_forgotten(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = save(user, refused=[BEFORE.date()])
    assert send_found(MONDAY) == 0
    publish(make_document("Wallbox"))
    refuse(monkeypatch, user)
    assert send_found(TUESDAY) == 0
    held.refresh_from_db()
    assert held.refused == [BEFORE.date(), TUESDAY.date()]


def test_a_server_that_relays_nothing_is_no_fault_of_the_address(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = save(user)
    publish(make_document("Wallbox"))
    refuse(monkeypatch, user, times=4, reply=b"5.7.1 Relaying denied")
    assert [send_found(MONDAY) for _time in range(5)] == [0, 0, 0, 0, 1]
    held.refresh_from_db()
    assert (held.rhythm, held.refused) == (Rhythm.DAILY, [])


def test_a_search_that_takes_too_long_holds_up_nobody(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    held = save(user, "q=Langsam", sent_until=BEFORE - dt.timedelta(days=1))
    save(user)
    publish(make_document("Wallbox"))
    find = sending.News.find

    def slow(self: sending.News, query: Any, told: int) -> list[CatalogueEntry]:
        if query.text == "Langsam":
            raise EngineUnavailable("statement timeout")
        return find(self, query, told)

    monkeypatch.setattr(sending.News, "find", slow)
    assert send_found(MONDAY) == 1
    held.refresh_from_db()
    assert held.sent_until < BEFORE


@pytest.mark.parametrize("number", [1, 3])
def test_each_search_costs_so_many_queries(user: User, django_assert_num_queries: Any, number: int) -> None:
    publish(make_document("Wallbox", publishers=(KOBLENZ,)))
    for index in range(number):
        save(user, f"q=Wallbox&jahr=20{10 + index}")
    with django_assert_num_queries(6 + 14 * number):
        send_found(MONDAY)


def test_the_job_sends_and_the_other_forgets(user: User) -> None:
    save(user)
    publish(make_document("Wallbox"))
    tasks.send_found_of_searches(0)
    assert titles() == ["Wallbox"]
    tasks.forget_asked(0)
