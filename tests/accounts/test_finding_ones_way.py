"""Navigation of the account, the ways in by an invitation, and the ways on from closed pages."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from hub.accounts.inviting import invite, write_token
from hub.accounts.models import BodyRole, HomeAccount, Invitation, JoinRequest, Role, User
from hub.accounts.roles import role_in
from tests.factories.people import add_person, add_town

pytestmark = pytest.mark.django_db

NAVIGATION = 'aria-label="Mein Konto"'
PASSWORD = "vier ruhige Zwiebeln im Wind"


@pytest.fixture
def coordinator(worms):
    return add_person("anna@worms.de", worms, Role.COORDINATOR, first_name="Anna", last_name="Beispiel")


def page_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/konto/team/", "/konto/team/07319000/", "/konto/beitritt/", "/konto/anfragen/",
        "/konto/austritt/07319000/", "/konto/sessions/", "/mein/", "/mein/einstellungen/",
    ],
)  # fmt: skip
def test_the_navigation_stands_once_above_the_heading(client: Client, coordinator, address):
    client.force_login(coordinator)
    page = page_of(client, address)
    assert page.count(NAVIGATION) == 1
    assert page.index(NAVIGATION) < page.index("<h1")
    assert re.search(r"accounts/nav[^\"]*\.css", page)


def test_pages_about_the_team_say_so_in_the_navigation(client: Client, coordinator):
    client.force_login(coordinator)
    for address in ("/konto/beitritt/", "/konto/anfragen/", "/konto/austritt/07319000/"):
        assert '<a href="/konto/team/" aria-current="true">Team</a>' in page_of(client, address)
    assert '<a href="/konto/team/" aria-current="page">Team</a>' in page_of(client, "/konto/team/")


def test_guests_see_no_sessions_in_the_navigation(client: Client):
    guest, now = User.objects.create(email=None), timezone.now()
    HomeAccount.objects.create(
        user=guest, issuer="https://trier.example", subject="s", body="07211000", role="author",
        asserted=now, checked=now, expires=now + dt.timedelta(hours=1),
    )  # fmt: skip
    client.force_login(guest)
    page = page_of(client, "/mein/einstellungen/")
    assert NAVIGATION in page
    assert "/konto/sessions/" not in page
    assert "/mein/daten/" in page


def test_one_team_is_called_team_and_several_teams(client: Client, worms, coordinator):
    client.force_login(coordinator)
    assert "<h1>Team</h1>" in page_of(client, "/konto/team/")
    add_person("anna@speyer.de", add_town("07318000", "Speyer"), Role.AUTHOR)
    speyer_group = BodyRole.objects.get(body_id="07318000", role=Role.AUTHOR).group
    coordinator.groups.add(speyer_group)
    assert "<h1>Teams</h1>" in page_of(client, "/konto/team/")


# Invitations


def test_who_was_invited_signs_up_knowing_by_whom_and_where_to(client: Client, worms, coordinator):
    assert "etwa bei gmx.de, nehmen wir nicht an" in page_of(client, "/konto/signup/")
    held = invite(coordinator, worms, "ob@gmx.de", Role.AUTHOR, private=True)
    page_of(client, f"/konto/einladung/{write_token(held)}/")
    page = page_of(client, "/konto/signup/")
    assert "Anna Beispiel lädt Sie ins Team von Worms ein. Legen Sie ein Konto an, dann nehmen" in page
    assert 'value="ob@gmx.de"' in page
    assert "gmx.de, nehmen wir nicht an" not in page


@pytest.mark.parametrize("state", ["garbled", "expired", "revoked", "used"])
def test_a_closed_invitation_leads_on(client: Client, worms, coordinator, state):
    held = invite(coordinator, worms, "neu@worms.de", Role.AUTHOR)
    now = timezone.now()
    change = {"expired": {"expires": now}, "revoked": {"revoked": now}, "used": {"accepted": now}}
    Invitation.objects.filter(pk=held.pk).update(**change.get(state, {"role": "author"}))
    address = f"/konto/einladung/{write_token(held)}{'x' if state == 'garbled' else ''}/"
    status = 404 if state == "garbled" else 410
    page = page_of(client, address, status)
    main = page[page.index("<main") :]
    assert 'href="/konto/login/' in main
    assert ('href="/konto/beitritt/"' in main) == (state != "used")
    client.force_login(coordinator)
    page = page_of(client, address, status)
    main = page[page.index("<main") :]
    assert 'href="/mein/"' in main
    assert 'href="/konto/login/' not in main


# Joining


def test_the_wanted_municipality_survives_the_sign_up_even_in_another_browser(client: Client, worms):
    speyer = add_town("07318000", "Speyer")
    wanted = "/konto/beitritt/?kommune=07318000"
    page = client.get(wanted, follow=True).content.decode()
    link = re.search(r'href="(/konto/signup/\?next=[^"]+)"', page)
    assert link
    hidden = re.search(r'name="next" value="([^"]+)"', page_of(client, link.group(1)))
    assert hidden
    assert hidden.group(1) == wanted
    newcomer = {"email": "neu@worms.de", "first_name": "Nele", "last_name": "Neu", "password1": PASSWORD}
    assert client.post("/konto/signup/", {**newcomer, "next": hidden.group(1)}).status_code == 302
    found = re.search(r"http://[^/]+(/konto/confirm-email/\S+)", mail.outbox[-1].body)
    assert found
    other = Client()
    confirming = page_of(other, found.group(1))
    assert f'name="next" value="{wanted}"' in confirming
    key = found.group(1).partition("?")[0]
    assert other.post(key, {"next": wanted})["Location"] == wanted
    other.force_login(User.objects.get(email="neu@worms.de"))
    assert f'value="{speyer.pk}" checked' in page_of(other, wanted)


def test_where_nobody_is_yet_coordination_is_proposed(client: Client, worms):
    add_person("leise@speyer.de", add_town("07318000", "Speyer"), Role.AUTHOR)
    client.force_login(add_person("neu@worms.de"))
    page = page_of(client, "/konto/beitritt/")
    assert "Für Worms gibt es hier noch kein Team. Wer als Erstes kommt, übernimmt meist" in page
    assert 'value="coordinator" checked' in page
    page = page_of(client, "/konto/beitritt/?kommune=07318000")
    assert "Für Speyer gibt es" not in page
    assert 'value="author" checked' in page
    typed = {"action": "search", "body": "07319000", "role": "author", "search": "speyer"}
    page = client.post("/konto/beitritt/", typed).content.decode()
    assert 'value="author" checked' in page


def test_what_is_held_or_asked_for_is_not_chosen_beforehand(client: Client, worms, coordinator):
    client.force_login(coordinator)
    assert 'value="07319000" checked' not in page_of(client, "/konto/beitritt/")
    user = add_person("neu@worms.de")
    client.force_login(user)
    assert 'value="07319000" checked' in page_of(client, "/konto/beitritt/")
    data = {"action": "ask", "body": "07319000", "role": "author", "message": ""}
    assert client.post("/konto/beitritt/", data).status_code == 302
    page = page_of(client, "/konto/beitritt/")
    assert 'value="07319000"' in page
    assert 'value="07319000" checked' not in page
    page = client.post("/konto/beitritt/", data | {"role": "editor"}, follow=True).content.decode()
    assert "Ihre Anfrage an Worms ist geändert." in page
    assert list(JoinRequest.objects.values_list("role", flat=True)) == ["editor"]


def test_a_search_says_how_many_more_there_are_and_what_to_do_about_none(client: Client, settings):
    for n in range(12):
        add_town(f"073310{n:02}", f"Neudorf {n}")
    client.force_login(add_person("neu@worms.example"))
    page = client.post("/konto/beitritt/", {"action": "search", "search": "neudorf"}).content.decode()
    assert "Die ersten 10 von 12. Geben Sie mehr vom Namen ein." in page
    assert page.count("Neudorf ") == 10
    page = client.post("/konto/beitritt/", {"action": "search", "search": "neudorf 11"}).content.decode()
    assert "Die ersten" not in page
    page = client.post("/konto/beitritt/", {"action": "search", "search": "<Budenheim>"}).content.decode()
    assert "„&lt;Budenheim&gt;“ steht noch nicht im Verzeichnis." in page
    assert settings.DEFAULT_FROM_EMAIL in page
    assert "Nach Ihrer Kommune suchen</label>" in page


# Approving


@pytest.mark.parametrize(("domain", "ticked"), [("stadt-worms.de", True), ("beratung-xy.example", False)])
def test_a_domain_becomes_known_only_where_it_is_ticked(client: Client, worms, coordinator, domain, ticked):
    asked = JoinRequest.objects.create(user=add_person(f"neu@{domain}"), body=worms, domain=domain)
    client.force_login(coordinator)
    page = page_of(client, f"/konto/anfragen/{asked.pk}/")
    assert f"Worms künftig allen mit einer Adresse bei {domain} vorschlagen" in page
    box = re.search(r'<input type="checkbox" name="learn"[^>]*>', page)
    assert box
    assert ("checked" in box.group()) == ticked
    data = {"action": "approve", "role": "author"} | ({"learn": "on"} if ticked else {})
    client.post(f"/konto/anfragen/{asked.pk}/", data)
    assert role_in(asked.user, worms) == Role.AUTHOR
    assert list(worms.domains.values_list("domain", flat=True)) == ([domain] if ticked else [])


def test_coordinators_who_step_down_are_not_led_to_a_page_they_may_not_see(
    client: Client, worms, coordinator
):
    add_person("zweite@worms.de", worms, Role.COORDINATOR)
    client.force_login(coordinator)
    response = client.post(f"/konto/team/07319000/{coordinator.pk}/", {"action": "role", "role": "author"})
    assert response["Location"] == "/konto/team/"


# Nothing there


def test_the_page_of_nothing_sends_only_strangers_to_the_sign_in(client: Client, coordinator):
    page = page_of(client, "/konto/team/99999999/x/", 404)
    assert 'href="/konto/login/?next=' in page
    client.force_login(coordinator)
    page = page_of(client, "/gibt-es-nicht/", 404)
    main = page[page.index("<main") :]
    assert "Dafür fehlt Ihnen vielleicht die Rolle." in main
    assert 'href="/mein/"' in main
    assert 'href="/konto/login/' not in main
