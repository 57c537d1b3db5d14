"""Settings of the personal area, and links in mails that switch them off."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from wagtail.users.models import UserProfile

from hub.accounts.models import HomeAccount, Preferences, User
from hub.accounts.unsubscribing import MailKind, unsubscribe_headers, unsubscribe_url, wants_mail
from hub.env import env
from hub.municipalities.models import Body

pytestmark = pytest.mark.django_db

ADDRESS = "/mein/einstellungen/"
ALZEY = "07331"


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def user(client: Client) -> User:
    Body.objects.create(key=ALZEY, name="Alzey-Worms", kind=Body.Kind.DISTRICT)
    Body.objects.create(key="07111000", name="Koblenz", kind=Body.Kind.CITY)
    Body.objects.create(key="07331003", name="Alzey", kind=Body.Kind.TOWN)
    found = User.objects.create_user("erika@koblenz.demo.invalid", "geheim-und-lang")
    client.force_login(found)
    return found


CHOSEN = {"topics": ["ki", "recht"], "region": ALZEY, "mail_due": "on", "language": "de"}


def test_the_settings_ask_for_a_sign_in(client: Client) -> None:
    assert client.get(ADDRESS)["Location"] == f"/konto/login/?next={ADDRESS}"


def test_the_mails_say_what_they_are_about(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(email="erika@koblenz.demo.invalid")
    html = client.get(ADDRESS).content.decode()
    assert "Anfragen, Fragen anderer Kommunen und Freigaben, die auf mich warten" in html
    assert '<p class="kern-hint" id="id_mail_requests_helptext">Beitrittsanfragen, Interesse anderer' in html
    assert 'aria-describedby="id_mail_requests_helptext"' in html


def test_a_choice_is_saved_confirmed_and_shown_again(client: Client, user: User) -> None:
    response = client.post(ADDRESS, CHOSEN, follow=True)
    assert response.redirect_chain == [(ADDRESS, 302)]
    html = response.content.decode()
    assert "Ihre Einstellungen sind gespeichert." in html
    saved = Preferences.objects.get(user=user)
    assert (saved.topics, saved.region_id) == (["ki", "recht"], ALZEY)
    assert (saved.mail_requests, saved.mail_due) == (False, True)
    assert re.search(r'value="recht"[^>]*checked', html)
    assert re.search(rf'value="{ALZEY}" selected', html)
    client.post(ADDRESS, {"language": "de"})
    saved.refresh_from_db()
    assert (saved.topics, saved.region_id, saved.mail_due) == ([], None, False)


def test_looking_saves_nothing(client: Client, user: User) -> None:
    html = client.get(ADDRESS).content.decode()
    assert not Preferences.objects.exists()
    assert html.count("checked") == 2  # both kinds of mail are on unless switched off


def test_only_districts_and_independent_cities_that_exist_are_offered(client: Client, user: User) -> None:
    Body.objects.create(key="07399", name="Altkreis", kind=Body.Kind.DISTRICT, dissolved="1969-06-07")
    html = client.get(ADDRESS).content.decode()
    assert "Kreisfreie Städte" in html
    assert "Landkreise" in html
    assert "Altkreis" not in html
    assert 'value="07331003"' not in html


def test_a_region_chosen_earlier_stays_although_it_was_dissolved(client: Client, user: User) -> None:
    client.post(ADDRESS, CHOSEN)
    Body.objects.filter(pk=ALZEY).update(dissolved="2026-01-01")
    client.post(ADDRESS, CHOSEN)
    assert Preferences.objects.get(user=user).region_id == ALZEY


@pytest.mark.parametrize(
    ("field", "value"),
    [("topics", "unfug"), ("region", "07331003"), ("region", "x\x00"), ("language", "fr"), ("language", "")],
)
def test_what_cannot_be_chosen_is_refused_and_the_rest_kept(
    client: Client, user: User, field: str, value: str
) -> None:
    response = client.post(ADDRESS, {**CHOSEN, field: value})
    html = response.content.decode()
    assert response.status_code == 200
    assert "Bitte berichtigen Sie, was markiert ist." in html
    assert "<title>Fehler: Einstellungen" in html
    assert 'tabindex="-1" data-error-summary' in html
    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}"' in html
    assert not Preferences.objects.exists()
    assert field == "topics" or re.search(r'value="recht"[^>]*checked', html)


def test_the_language_holds_for_the_browser_and_the_editing_area(client: Client, user: User) -> None:
    response = client.post(ADDRESS, {**CHOSEN, "language": "en"}, follow=True)
    assert "Your settings are saved." in response.content.decode()
    assert client.cookies[configured.LANGUAGE_COOKIE_NAME].value == "en"
    assert UserProfile.objects.get(user=user).preferred_language == "en"
    assert '<html lang="en">' in client.get("/wissen/").content.decode()


def test_who_has_no_address_here_is_not_asked_about_mails(client: Client, user: User) -> None:
    guest = User.objects.create(email=None)
    HomeAccount.objects.create(
        user=guest, issuer="https://wissen.trier.example", subject="s", body="07211000", role="editor",
        asserted="2026-01-01T00:00Z", checked="2026-01-01T00:00Z", expires="2099-01-01T00:00Z",
    )  # fmt: skip
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")
    assert "mail_due" not in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {"topics": ["ki"], "language": "de"})
    assert Preferences.objects.get(user=guest).topics == ["ki"]


def path_of(user: User, kind: MailKind = MailKind.DUE) -> str:
    return unsubscribe_url(user, kind).removeprefix(env.origin)


@pytest.fixture
def stranger() -> Client:
    """A browser or mail program that is not signed in and brings no cookies."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "de"})


def test_mails_carry_a_link_that_switches_them_off_at_once(user: User) -> None:
    headers = unsubscribe_headers(unsubscribe_url(user, MailKind.DUE))
    assert headers == {
        "List-Unsubscribe": f"<{unsubscribe_url(user, MailKind.DUE)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert user.email not in headers["List-Unsubscribe"]


def test_a_mail_program_switches_off_without_sign_in_and_redirect(stranger: Client, user: User) -> None:
    for _ in range(2):
        response = stranger.post(path_of(user), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
    assert not wants_mail(user, MailKind.DUE)
    assert wants_mail(user, MailKind.REQUESTS)


def test_opening_the_link_changes_nothing_and_asks(stranger: Client, user: User) -> None:
    html = stranger.get(path_of(user)).content.decode()
    assert "Diese Mails abstellen?" in html
    assert "Erinnerungen an Berichte" in html
    assert user.email not in html
    assert wants_mail(user, MailKind.DUE)


def test_people_are_led_back_to_the_page_and_may_change_their_mind(stranger: Client, user: User) -> None:
    path = path_of(user)
    response = stranger.post(path, follow=True)
    assert response.redirect_chain == [(path, 302)]
    assert "Diese Mails sind abgestellt" in response.content.decode()
    stranger.post(path_of(user), {"on": "1"})
    assert wants_mail(user, MailKind.DUE)


def test_other_settings_survive_switching_off(stranger: Client, client: Client, user: User) -> None:
    client.post(ADDRESS, CHOSEN)
    stranger.post(path_of(user))
    saved = Preferences.objects.get(user=user)
    assert (saved.topics, saved.region_id, saved.mail_due) == (["ki", "recht"], ALZEY, False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_and_outdated_links_switch_nothing_off(stranger: Client, user: User, method: str) -> None:
    good = path_of(user)
    forged = good[:-3] + ("aa/" if good[-3:] != "aa/" else "bb/")
    other = path_of(User.objects.create_user("weg@koblenz.demo.invalid", "geheim-und-lang"))
    User.objects.filter(email="weg@koblenz.demo.invalid").delete()
    for path in (forged, "/mein/abmelden/x/", other):
        response = getattr(stranger, method)(path)
        assert response.status_code == 404
        assert "Dieser Link ist nicht bekannt" in response.content.decode()
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("settings_kind", list(MailKind))
def test_every_kind_of_mail_has_its_setting(settings_kind: MailKind) -> None:
    assert Preferences._meta.get_field(settings_kind.value).default is True


def test_the_settings_cost_a_fixed_number_of_queries(
    client: Client, user: User, django_assert_num_queries: Any
) -> None:
    client.get(ADDRESS)
    with django_assert_num_queries(7):
        client.get(ADDRESS)
    for index in range(3):
        Body.objects.create(key=f"0733{index + 5}", name=f"Kreis {index}", kind=Body.Kind.DISTRICT)
    with django_assert_num_queries(7):
        client.get(ADDRESS)
