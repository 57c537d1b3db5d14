"""Searches that people keep: saving, changing, deleting, taking back, and what the address may hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from hub.accounts.models import HomeAccount, User
from hub.site.personal.records import collect_records
from hub.site.searches import services
from hub.site.searches.models import Rhythm, SavedSearch
from hub.site.searches.wording import Words, clean_query
from tests.factories.people import add_person
from tests.theme.entries import KOBLENZ, add_bodies
from theme.topics import read_vocabulary

pytestmark = pytest.mark.django_db

LIST, NEW = "/mein/suchen/", "/mein/suchen/neu/"
SENT = {"query": "q=Wallbox&thema=mobilitaet", "name": "Wallboxen", "rhythm": "daily"}


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def user(client: Client) -> User:
    found = add_person("erika@koblenz.example")
    client.force_login(found)
    return found


def clean(query: str) -> str:
    return clean_query(QueryDict(query), read_vocabulary())


def save(user: User, query: str = "q=Wallbox", **fields: Any) -> SavedSearch:
    values = {"name": "Wallboxen", "sent_until": timezone.now(), **fields}
    return SavedSearch.objects.create(user=user, query=query, **values)


def test_a_search_is_saved_with_a_name_and_a_rhythm(client: Client, user: User) -> None:
    page = client.get(f"{NEW}?q=Wallbox&thema=mobilitaet&seite=3&sortierung=titel").content.decode()
    assert '<input type="hidden" name="query" value="q=Wallbox&amp;thema=mobilitaet">' in page
    assert 'value="Wallbox"' in page
    assert "<dt>Thema</dt><dd>Mobilität</dd>" in page
    assert "erika@koblenz.example" in page
    response = client.post(NEW, SENT, follow=True)
    held = SavedSearch.objects.get()
    assert (held.user, held.name, held.query, held.rhythm) == (user, "Wallboxen", SENT["query"], "daily")
    page = response.content.decode()
    assert "Die Suche ist gespeichert." in page
    assert '<a href="/suche/?q=Wallbox&amp;thema=mobilitaet">Wallboxen</a>' in page
    assert "„Wallbox“, Thema: Mobilität" in page
    assert "an jedem Werktag, wenn es Neues gibt" in page
    assert 'href="/suche/feed.atom?q=Wallbox&amp;thema=mobilitaet"' in page


def test_the_list_says_how_to_begin(client: Client, user: User) -> None:
    page = client.get(LIST).content.decode()
    assert "Sie haben noch keine Suche gespeichert." in page
    assert 'href="/mein/suchen/"' in client.get("/mein/").content.decode()


def test_guests_sign_in_and_come_back_to_their_search(client: Client) -> None:
    response = client.get(f"{NEW}?q=Wallbox")
    assert response["Location"] == "/konto/login/?next=/mein/suchen/neu/%3Fq%3DWallbox"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("q=++Wallbox++", "q=Wallbox"),
        ("thema=ki&thema=energie&art=module&q=x", "q=x&thema=energie&thema=ki&art=module"),
        ("thema=energie&thema=ki&q=x&art=module&art=module", "q=x&thema=energie&thema=ki&art=module"),
        ("q=x&von=2026-01-01&bis=31.12.2026", "q=x&von=2026-01-01&bis=2026-12-31"),
        ("q=x&von=gestern&jahr=zwei&kosten=viel&groesse=riesig", "q=x"),
        ("q=x&seite=7&sortierung=titel&unbekannt=1&teil=treffer", "q=x"),
        ("q=a%00b", "q=ab"),
        ("seite=2&sortierung=neu", ""),
        ("", ""),
    ],
)
def test_equal_searches_have_one_query_string_and_nothing_else_in_it(given: str, kept: str) -> None:
    assert clean(given) == kept
    assert clean(kept) == kept


def test_a_search_in_words_names_what_its_codes_stand_for(client: Client) -> None:
    query = clean(f"q=Wallbox&kommune={KOBLENZ}&kosten=0&instanz=local&von=2026-03-01&reife=unbekannt")
    wording = Words(query).of(query)
    assert str(wording) == (
        "„Wallbox“, Kommune: Koblenz, Reife: unbekannt, Kosten im ersten Jahr: keine Kosten, "
        "Instanz: Mainz, Zeitraum: ab 01.03.2026"
    )
    assert wording.short == "Wallbox"
    assert Words("art=module").of("art=module").short == "Bausteine"


@pytest.mark.parametrize("number", [1, 3])
def test_more_searches_cost_no_more_queries(
    client: Client, user: User, django_assert_num_queries: Any, number: int
) -> None:
    for index in range(number):
        save(user, f"q=Wort{index}&thema=ki&kommune={KOBLENZ}", name=f"Suche {index}")
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)


@pytest.mark.parametrize("address", [NEW, f"{NEW}?seite=2&unbekannt=1", f"{NEW}?q=%00"])
def test_nothing_is_nothing_to_save(client: Client, user: User, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert "Es gibt noch nichts zu speichern." in response.content.decode()
    assert client.post(NEW, {**SENT, "query": "seite=1"}).status_code == 200
    assert not SavedSearch.objects.exists()


def test_a_search_with_too_many_filters_is_refused_with_a_way_back(client: Client, user: User) -> None:
    many = "&".join(f"lizenz={index:03}{'x' * 57}&sprache={index:03}{'y' * 57}" for index in range(40))
    response = client.post(NEW, {**SENT, "query": many})
    assert response.status_code == 400
    assert "zu viele Filter" in response.content.decode()
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "Bitte geben Sie der Suche einen Namen."),
        ({"name": " \u200b "}, "Bitte geben Sie der Suche einen Namen."),
        ({"name": "x" * 81}, "80"),
        ({"rhythm": "hourly"}, "hourly"),
        ({"rhythm": ""}, "Bitte wählen Sie, wie oft Mails kommen sollen."),
    ],
)
def test_what_will_not_do_is_explained_and_what_was_typed_stays(
    client: Client, user: User, sent: dict[str, str], said: str
) -> None:
    page = client.post(NEW, {**SENT, **sent}).content.decode()
    assert said in page
    assert '<input type="hidden" name="query" value="q=Wallbox&amp;thema=mobilitaet">' in page
    if "name" not in sent:
        assert 'value="Wallboxen"' in page
    assert not SavedSearch.objects.exists()


def test_names_have_no_line_breaks_since_they_stand_in_subjects(client: Client, user: User) -> None:
    client.post(NEW, {**SENT, "name": "Wall\r\nBcc: alle@example.org"})
    assert SavedSearch.objects.get().name == "Wall Bcc: alle@example.org"


def test_a_search_is_saved_once_and_the_second_time_changed(client: Client, user: User) -> None:
    client.post(NEW, SENT)
    page = client.post(NEW, {**SENT, "name": "Noch einmal"}, follow=True).content.decode()
    assert "Diese Suche haben Sie schon gespeichert." in page
    assert SavedSearch.objects.get().name == "Wallboxen"
    with pytest.raises(IntegrityError), transaction.atomic():
        save(user, SENT["query"])
    save(add_person("tom@koblenz.example"), SENT["query"])


def test_there_is_an_end_to_how_many_one_keeps(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST", 1)
    held = save(user, "q=Kita", name="Kita")
    page = client.post(NEW, SENT).content.decode()
    assert "Sie haben schon 1 Suchen gespeichert." in page
    assert 'value="Wallboxen"' in page
    client.post(f"{LIST}{held.pk}/loeschen/")
    client.post(NEW, SENT)
    page = client.post(f"{LIST}zurueckholen/", follow=True).content.decode()
    assert "Löschen Sie zuerst eine andere." in page
    assert SavedSearch.objects.get().name == "Wallboxen"


def test_name_and_rhythm_are_changed(client: Client, user: User) -> None:
    held = save(user, rhythm=Rhythm.NONE, told=-5)
    page = client.get(f"{LIST}{held.pk}/").content.decode()
    assert 'value="Wallboxen"' in page
    client.post(f"{LIST}{held.pk}/", {"name": "Laden", "rhythm": "weekly"})
    held.refresh_from_db()
    assert (held.name, held.rhythm) == ("Laden", "weekly")
    assert held.told == 0, "mails begin with what is new from now on"
    SavedSearch.objects.update(told=-5)
    client.post(f"{LIST}{held.pk}/", {"name": "Laden", "rhythm": "daily"})
    held.refresh_from_db()
    assert held.told == -5, "what was not told yet stays to be told"


def test_deleting_asks_first_and_can_be_taken_back(client: Client, user: User) -> None:
    held = save(user, rhythm=Rhythm.DAILY, told=7)
    address = f"{LIST}{held.pk}/loeschen/"
    assert "„Wallboxen“ löschen?" in client.get(address).content.decode()
    assert SavedSearch.objects.exists()
    page = client.post(address, follow=True).content.decode()
    assert "Die Suche „Wallboxen“ ist gelöscht." in page
    assert not SavedSearch.objects.exists()
    page = client.post(f"{LIST}zurueckholen/", follow=True).content.decode()
    assert "Die Suche ist wieder gespeichert." in page
    assert "ist gelöscht" not in page
    back = SavedSearch.objects.get()
    assert (back.name, back.query, back.rhythm, back.told) == ("Wallboxen", "q=Wallbox", "daily", 7)
    page = client.post(f"{LIST}zurueckholen/", follow=True).content.decode()
    assert "Es gibt nichts mehr rückgängig zu machen." in page
    assert SavedSearch.objects.count() == 1


def test_a_deletion_is_taken_back_by_its_owner_alone(client: Client, user: User) -> None:
    client.post(f"{LIST}{save(user).pk}/loeschen/")
    client.force_login(add_person("tom@koblenz.example"))
    client.post(f"{LIST}zurueckholen/")
    assert not SavedSearch.objects.exists()


def test_accounts_without_an_address_get_a_feed_and_no_mails(client: Client) -> None:
    guest = User.objects.create(email=None, first_name="Tom")
    now = timezone.now()
    HomeAccount.objects.create(
        user=guest, issuer="https://wissen.trier.example", subject="s-1", body="07211000", role="editor",
        asserted=now, checked=now, expires=now + timezone.timedelta(hours=1), access_token="x",
    )  # fmt: skip
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"{NEW}?q=Wallbox").content.decode()
    assert "keine E-Mail-Adresse" in page
    assert 'name="rhythm"' not in page
    client.post(NEW, {**SENT, "rhythm": "daily"})
    assert SavedSearch.objects.get().rhythm == Rhythm.NONE


def test_saved_searches_are_in_the_copy_of_the_data_and_go_with_the_account(user: User) -> None:
    save(user, rhythm=Rhythm.DAILY)
    save(add_person("tom@koblenz.example"), "q=Fremdes")
    (row,) = collect_records(user)["searches"]
    assert (row["name"], row["query"], row["rhythm"]) == ("Wallboxen", "q=Wallbox", "daily")
    user.delete()
    assert [held.query for held in SavedSearch.objects.all()] == ["q=Fremdes"]
