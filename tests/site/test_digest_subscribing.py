"""Subscribing to the digest: asked, confirmed, changed, ended, and everything that can go wrong."""

from __future__ import annotations

import datetime as dt
import re
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from hub.env import env
from hub.site import tasks
from hub.site.digest import links, services
from hub.site.digest.models import Rhythm, Subscription
from hub.site.digest.wishes import Wish
from tests.factories.people import add_town
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db

EMAIL = "digital@wittlich.example"
NOW = dt.datetime(2026, 11, 4, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def send_form(client: Client, email: str = EMAIL, **data: Any) -> Any:
    values = {"email": email, "rhythm": "weekly", "language": "de", "action": "subscribe", **data}
    return client.post("/rundbrief/", values)


def link_of(number: int = -1) -> str:
    found = re.search(r"/rundbrief/bestaetigen/\S+", str(mail.outbox[number].body))
    assert found
    return found.group()


def add_subscription(email: str = EMAIL, **fields: Any) -> Subscription:
    now = timezone.now()
    values = {"asked": now, "confirmed": now, "sent_until": now, **fields}
    return Subscription.objects.create(email=email, **values)


def path_of(url: str) -> str:
    assert url.startswith(env.origin)
    return url.removeprefix(env.origin)


def test_who_asks_and_confirms_gets_the_digest_with_their_choice(client: Client) -> None:
    district = add_town("07231", "Landkreis Bernkastel-Wittlich", kind="district")
    town = add_town("07231134", "Wittlich", kind="town", district=district)
    answer = send_form(
        client, topics=["ki"], regions=["07231"], bodies=[town.pk], kinds=["module"], rhythm="monthly"
    )
    assert (answer.status_code, answer["Location"]) == (302, "/rundbrief/gesendet/")
    assert "Bitte sehen Sie in Ihr Postfach" in client.get("/rundbrief/gesendet/").content.decode()
    held = Subscription.objects.get()
    assert (held.confirmed, held.sent_until) == (None, None)
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    assert message.subject == "Wissenshub Mainz: bitte bestätigen Sie Ihre Anmeldung zum Rundbrief"
    assert "Themen: Künstliche Intelligenz\n" in message.body
    assert "Regionen: Landkreis Bernkastel-Wittlich, Wittlich\n" in message.body
    assert EMAIL not in message.body
    page = client.get(link_of()).content.decode()
    assert "Rundbrief bestätigen" in page
    assert "Wittlich" in page
    assert Subscription.objects.get().confirmed is None, "opening the link confirms nothing"
    assert "ist bestätigt" in client.post(link_of(), follow=True).content.decode()
    held = Subscription.objects.get()
    assert held.confirmed is not None
    assert held.sent_until == held.confirmed
    assert Wish.of(held) == Wish(("ki",), ("07231", "07231134"), ("module",), "monthly", "de")


def test_what_was_there_before_is_not_told(client: Client) -> None:
    entry = add_entry(make_document())
    send_form(client)
    client.post(link_of())
    assert Subscription.objects.get().told == entry.position


def test_a_known_address_gets_the_same_answer_and_its_choice_stays_until_confirmed(client: Client) -> None:
    unknown = send_form(client, "neu@wittlich.example")
    held = add_subscription(topics=["ki"], told=7)
    known = send_form(client, topics=["energie"], rhythm="monthly")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "eine andere Auswahl" in mail.outbox[-1].body
    held.refresh_from_db()
    assert held.topics == ["ki"]
    assert "tritt diese Auswahl an die Stelle" in client.get(link_of()).content.decode()
    sent_until = held.sent_until
    client.post(link_of())
    held.refresh_from_db()
    assert (held.topics, held.rhythm, held.told, held.sent_until) == (["energie"], "monthly", 7, sent_until)
    assert Subscription.objects.count() == 2


def test_the_same_address_in_capitals_is_the_same(client: Client) -> None:
    send_form(client)
    send_form(client, EMAIL.upper())
    assert Subscription.objects.count() == 1


def test_a_link_confirms_once_and_an_older_one_does_not_undo_a_newer(client: Client) -> None:
    send_form(client, topics=["ki"])
    send_form(client, topics=["energie"])
    older, newer = link_of(0), link_of(1)
    client.post(newer)
    client.post(newer)
    client.post(older)
    assert Subscription.objects.get().topics == ["energie"]
    page = client.get(older).content.decode()
    assert "Bereits bestätigt" in page
    assert "/rundbrief/einstellungen/" in page


def test_after_a_week_a_link_no_longer_confirms_and_the_request_is_gone(
    client: Client, monkeypatch: Any
) -> None:
    send_form(client)
    link = link_of()
    monkeypatch.setattr(links, "KEPT_FOR", dt.timedelta(seconds=-1))
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "zu alt" in answer.content.decode()
    monkeypatch.undo()
    Subscription.objects.update(asked=timezone.now() - dt.timedelta(days=6, hours=23))
    tasks.forget_unconfirmed_digests(0)
    assert Subscription.objects.count() == 1
    Subscription.objects.update(asked=timezone.now() - dt.timedelta(days=7, hours=1))
    add_subscription("alt@wittlich.example", asked=timezone.now() - dt.timedelta(days=400))
    tasks.forget_unconfirmed_digests(0)
    assert list(Subscription.objects.values_list("email", flat=True)) == ["alt@wittlich.example"]
    assert "Bereits abgemeldet" in client.post(link).content.decode()
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("path", ["bestaetigen", "einstellungen", "abmelden"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_leads_nowhere(client: Client, path: str, method: str) -> None:
    held = add_subscription()
    good = {
        "bestaetigen": path_of(links.confirm_url(links.Request(held.key, Wish(), timezone.now()))),
        "einstellungen": path_of(links.manage_url(held)),
        "abmelden": path_of(links.unsubscribe_url(held)),
    }[path]
    token = good.strip("/").rpartition("/")[2]
    request = links.Request(held.key, Wish(), NOW)
    foreign = links.manage_url(held) if path == "bestaetigen" else links.confirm_url(request)
    mangled = f"{token[:-2]}{'AA' if token[-2:] != 'AA' else 'BB'}"
    wrong = [mangled, "quatsch", foreign.strip("/").rpartition("/")[2]]
    for forged in wrong:
        answer = getattr(client, method)(f"/rundbrief/{path}/{forged}/")
        assert answer.status_code == 404
        assert "Dieser Link ist nicht bekannt" in answer.content.decode()
    assert Subscription.objects.filter(pk=held.pk).exists()


def test_links_hold_no_address() -> None:
    held = add_subscription()
    urls = (
        links.manage_url(held),
        links.unsubscribe_url(held),
        links.confirm_url(links.Request(held.key, Wish(topics=("ki",)), NOW)),
    )
    assert not any("wittlich" in url or "digital" in url for url in urls)


def test_the_selection_can_be_changed_by_the_link_of_a_mail(client: Client) -> None:
    held = add_subscription(topics=["ki"], regions=["07211000"])
    add_town("07211000", "Trier")
    path = path_of(links.manage_url(held))
    page = client.get(path).content.decode()
    assert "d…@wittlich.example" in page
    assert EMAIL not in page
    assert re.search(r'value="ki"[^>]*checked', page)
    assert re.search(r'value="07211000"[^>]*checked', page)
    answer = client.post(
        path, {"topics": ["energie"], "rhythm": "monthly", "language": "en", "action": "save"}, follow=True
    )
    assert "gespeichert" in answer.content.decode()
    held.refresh_from_db()
    assert Wish.of(held) == Wish(("energie",), (), (), "monthly", "en")


def test_an_impossible_selection_changes_nothing_and_keeps_what_was_chosen(client: Client) -> None:
    held = add_subscription(topics=["ki"])
    data = {"topics": ["energie"], "kinds": ["body"], "rhythm": "daily", "language": "xx"}
    page = client.post(path_of(links.manage_url(held)), data).content.decode()
    assert "Fehler:" in page
    assert re.search(r'value="energie"[^>]*checked', page)
    held.refresh_from_db()
    assert held.topics == ["ki"]


def test_unsubscribing_deletes_at_once_and_can_be_done_twice(client: Client) -> None:
    held = add_subscription()
    path = path_of(links.unsubscribe_url(held))
    page = client.get(path).content.decode()
    assert "Rundbrief abbestellen?" in page
    assert '<meta name="robots" content="noindex">' in page
    assert Subscription.objects.exists(), "opening the link ends nothing"
    for _time in range(2):
        answer = client.post(path, follow=True)
        assert answer.status_code == 200
        assert "Bereits abgemeldet" in answer.content.decode()
    assert not Subscription.objects.exists()
    for old in (path, path_of(links.manage_url(held))):
        assert "Bereits abgemeldet" in client.get(old).content.decode()


def test_mail_programs_unsubscribe_with_one_request_and_no_cookie() -> None:
    held = add_subscription()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path_of(links.unsubscribe_url(held)), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Subscription.objects.exists()


def test_who_unsubscribed_may_subscribe_again_and_old_links_stay_dead(client: Client) -> None:
    held = add_subscription()
    old = path_of(links.unsubscribe_url(held))
    client.post(old)
    send_form(client)
    client.post(link_of())
    assert "Bereits abgemeldet" in client.post(old, follow=True).content.decode()
    assert Subscription.objects.get().confirmed is not None


def test_confirming_asks_for_the_token_of_the_form() -> None:
    strict = Client(enforce_csrf_checks=True)
    held = Subscription.objects.create(email=EMAIL, asked=timezone.now())
    path = path_of(links.confirm_url(links.Request(held.key, Wish(), held.asked)))
    assert strict.post(path).status_code == 403
    assert Subscription.objects.get().confirmed is None


@pytest.mark.parametrize(
    "email",
    [
        "",
        "kein",
        "a@b",
        "a b@wittlich.example",
        f"{EMAIL}\nBcc: x@wittlich.example",
        f"{EMAIL}\r\nSubject: x",
        f"{EMAIL},x@wittlich.example",
        "a" * 250 + "@wittlich.example",
        "a\x00@wittlich.example",
    ],
)
def test_a_bad_address_is_said_and_nothing_typed_is_lost(client: Client, email: str) -> None:
    page = send_form(client, email, topics=["ki"]).content.decode()
    assert 'href="#id_email"' in page
    assert re.search(r'value="ki"[^>]*checked', page)
    assert not mail.outbox
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"topics": ["gibt-es-nicht"]},
        {"regions": ["99999"]},
        {"bodies": ["a\x00b"]},
        {"kinds": ["adoption"]},
        {"rhythm": "hourly"},
        {"language": "fr"},
    ],
)
def test_a_choice_that_is_not_offered_is_refused(client: Client, data: dict[str, Any]) -> None:
    assert "Fehler:" in send_form(client, **data).content.decode()
    assert not mail.outbox
    assert not Subscription.objects.exists()


def test_more_regions_than_a_list_takes_are_refused(client: Client) -> None:
    keys = [add_town(f"073{number:02}", f"Kreis {number}", kind="district").pk for number in range(31)]
    page = send_form(client, regions=keys).content.decode()
    assert "höchstens 30" in page
    assert not Subscription.objects.exists()


def test_searching_for_a_municipality_keeps_everything_typed(client: Client) -> None:
    add_town("07231134", "Wittlich", kind="town")
    data = {"topics": ["ki"], "search": "Wittl", "action": "search", "rhythm": "monthly"}
    page = send_form(client, **data).content.decode()
    assert f'value="{EMAIL}"' in page
    assert re.search(r'value="ki"[^>]*checked', page)
    assert re.search(r'value="monthly"[^>]*checked', page)
    assert 'value="07231134"' in page
    assert "Fehler:" not in page
    assert not mail.outbox
    page = send_form(client, search="Xyz", action="search").content.decode()
    assert "Keine Kommune passt zu „Xyz“" in page


def test_the_return_key_in_the_address_subscribes(client: Client) -> None:
    assert send_form(client, action="search", search="").status_code == 302


def test_a_filtered_list_ticks_the_same(client: Client) -> None:
    add_town("07211000", "Trier")
    add_town("07231134", "Wittlich", kind="town")
    query = "?thema=ki&art=module&art=quatsch&region=07211000&kommune=07231134&jahr=2026&thema=a%00b"
    page = client.get(f"/rundbrief/{query}").content.decode()
    for value in ("ki", "module", "07211000", "07231134"):
        assert re.search(rf'value="{value}"[^>]*checked', page), value
    assert page.count("checked") == 6, "with rhythm and language"
    assert '<details class="digest-fold" open>' in page
    alone = client.get("/rundbrief/?kommune=07231134").content.decode()
    assert '<details class="digest-fold">' in alone, "no district is ticked"


def test_an_address_is_not_flooded_and_the_answer_stays_the_same(client: Client) -> None:
    answers = {send_form(client)["Location"] for _time in range(5)}
    assert answers == {"/rundbrief/gesendet/"}
    assert len(mail.outbox) == 3


def test_one_sender_asks_for_so_many_addresses_and_no_more(client: Client) -> None:
    answers = [send_form(client, f"a{number}@wittlich.example").status_code for number in range(21)]
    assert answers == [302] * 20 + [429]
    page = send_form(client).content.decode()
    assert "Zu viele Anfragen" in page
    assert f'value="{EMAIL}"' in page
    assert len(mail.outbox) == 20


class Down(EmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPServerDisconnected("Connection unexpectedly closed")


class Refusing(EmailBackend):
    """A mail server that knows no such mailbox."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({EMAIL: (550, b"5.1.1 User unknown")})


@pytest.mark.parametrize(("backend", "words"), [("Down", "in ein paar Minuten"), ("Refusing", "nimmt keine")])
def test_a_mail_server_in_trouble_is_said_and_nothing_stays(
    client: Client, settings: Any, backend: str, words: str
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{backend}"
    page = send_form(client, topics=["ki"]).content.decode()
    assert words in page
    assert f'value="{EMAIL}"' in page
    assert re.search(r'value="ki"[^>]*checked', page)
    assert not Subscription.objects.exists()


def test_a_failed_mail_does_not_use_up_the_address(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND, backend = f"{__name__}.Down", settings.EMAIL_BACKEND
    for _time in range(4):
        send_form(client)
    settings.EMAIL_BACKEND = backend
    assert send_form(client).status_code == 302
    assert len(mail.outbox) == 1


def test_confirming_what_was_unsubscribed_meanwhile_says_so(client: Client) -> None:
    send_form(client)
    services.unsubscribe(Subscription.objects.get().key)
    assert "Bereits abgemeldet" in client.get(link_of()).content.decode()
    assert "Bereits abgemeldet" in client.post(link_of()).content.decode()
    assert not Subscription.objects.exists()


def test_in_english_the_mail_is_english(client: Client) -> None:
    send_form(client, language="en")
    assert mail.outbox[0].subject == "Wissenshub Mainz: please confirm your subscription to the digest"
    assert "Good day," in mail.outbox[0].body
    client.post(link_of())
    assert Subscription.objects.get().language == "en"


def test_changing_what_was_unsubscribed_meanwhile_says_so(client: Client, monkeypatch: Any) -> None:
    held = add_subscription()
    monkeypatch.setattr(services, "change", lambda key, wish: False)
    data = {"rhythm": Rhythm.WEEKLY, "language": "de", "action": "save"}
    assert "Bereits abgemeldet" in client.post(path_of(links.manage_url(held)), data).content.decode()
