"""Two real hubs: people of Koblenz sign in here, in Mainz, with their account at home."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from federation.members.checking import check_members
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from hub.accounts.models import HomeAccount, User
from hub.env import env
from tests.wire.abroad import RealHub, Visitor, koblenz_hub, passed_on  # noqa: F401 - a fixture
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = pytest.mark.django_db

TRIER = "07211000"
_number = itertools.count(1)


@dataclass
class Home:
    """Koblenz as an approved peer."""

    hub: RealHub
    peer: Peer

    def person(self, roles: dict[str, str] | None = None, **names: str) -> str:
        email = f"person{next(_number)}@koblenz.example"
        self.hub.order("person", email=email, roles={KOBLENZ: "author"} if roles is None else roles, **names)
        return email

    def browser(self, email: str) -> Visitor:
        """Somebody's browser, signed in at home."""
        visitor = self.hub.visitor()
        visitor.remember(self.hub.order("session", email=email))
        return visitor


@pytest.fixture
def home(koblenz_hub: RealHub, monkeypatch: pytest.MonkeyPatch) -> Home:  # noqa: F811
    """The door is open to Koblenz, and Koblenz is approved."""
    open_to(monkeypatch, koblenz_hub.hub.host)
    return Home(koblenz_hub, approve(koblenz_hub.identity))


def open_to(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    reach = replace(env, peer_addresses=dict.fromkeys(hosts, "127.0.0.1"))
    monkeypatch.setattr("hub.fetching.env", reach)


def leave(client: Client, after: str = "") -> str:
    """Press the button on our side; where the browser is sent."""
    return passed_on(client.post("/konto/instanz/koblenz/", {"next": after}))


def come_back(client: Client, address: str) -> Any:
    """Arrive with what the home hub gave the browser."""
    assert address.startswith(f"{env.origin}/konto/instanz/koblenz/zurueck/?")
    return client.get(address.removeprefix(env.origin))


def sign_in(client: Client, home: Home, email: str, after: str = "", without: str = "") -> Any:
    """All the way there and back."""
    visitor = home.browser(email)
    return come_back(client, passed_on(visitor.consent(visitor.get(leave(client, after)), without=without)))


def viewer(client: Client) -> set[str]:
    return set(client.get("/").wsgi_request.viewer.audiences)


def signed_in(client: Client) -> bool:
    return bool(client.get("/").wsgi_request.user.is_authenticated)


def test_an_officer_signs_in_with_the_account_at_home_and_out_again(home, client):
    email = home.person(first="Ada", last="Lotse")
    page = client.get("/konto/login/?next=/wissen/").content.decode()
    assert "Mit dem Konto einer anderen Stadt anmelden" in page
    assert "Wer bei Koblenz ein Konto hat, braucht hier kein zweites." in page
    assert 'href="/konto/instanz/koblenz/?next=/wissen/"' in page
    page = client.get("/konto/instanz/koblenz/?next=/wissen/").content.decode()
    assert "Mit Ihrem Konto von Koblenz anmelden" in page
    visitor = home.hub.visitor()
    there = visitor.get(leave(client, "/wissen/"))
    assert "Danach geht es bei Mainz weiter." in there.text
    assert "/konto/instanz/" not in there.text  # or one would go in a circle
    asked = visitor.sign_in(there, email)
    assert "Mainz erfährt:" in asked.text
    told = re.findall(r"<li>([^<]+)</li>", asked.text.partition("Mainz erfährt:")[2])
    assert told[:4] == [
        "Ihren Namen",
        "Ihre E-Mail-Adresse",
        "Ihre Kommune und Ihre Rolle",
        "eine Kennung für dieses Konto",
    ]
    assert "Weiter zu Mainz" in asked.text
    assert 'type="checkbox"' not in asked.text
    response = come_back(client, passed_on(visitor.consent(asked)))
    assert (response.status_code, response["Location"]) == (302, "/wissen/")
    assert viewer(client) == {"public", "members"}
    held = HomeAccount.objects.select_related("user").get()
    assert (held.issuer, held.body, held.role, held.email) == (home.hub.origin, KOBLENZ, "author", email)
    assert held.user.get_full_name() == "Ada Lotse"
    assert held.user.email is None
    assert not held.user.has_usable_password()
    assert not held.user.groups.exists()
    page = client.post("/konto/logout/", {"next": "/konto/login/"}, follow=True).content.decode()
    assert "Sie sind hier abgemeldet. Bei Koblenz sind Sie noch angemeldet." in page
    assert f'<a href="{home.hub.origin}/konto/logout/">Auch dort abmelden</a>' in page
    assert viewer(client) == {"public"}


def test_a_member_reads_what_is_for_members_and_nobody_else_does(home, client):
    trier = ForeignHub("http://trier.localhost:8004", "trier")
    approve(trier.identity(bodies=[TRIER]))
    title = "Was nur Mitglieder lesen"
    document = trier.document(title, audience="members", publishers=(TRIER,))
    assert trier.push(client, trier.publish(document)).status_code == 202
    assert title not in client.get("/wissen/").content.decode()
    sign_in(client, home, home.person())
    page = client.get("/wissen/").content.decode()
    assert title in page
    address = re.search(r'href="(/von/trier/[^"#]+)', page).group(1)  # type: ignore[union-attr]
    assert client.get(address).status_code == 200
    assert Client().get(address).status_code == 404
    client.post("/konto/logout/")
    assert client.get(address).status_code == 404


def test_after_signing_out_nobody_is_asked_about_any_more(home, client):
    email, other = home.person(), Client()
    sign_in(client, home, email)
    sign_in(other, home, email)
    client.post("/konto/logout/")
    assert HomeAccount.objects.get().expires > timezone.now()
    other.post("/konto/logout/")
    held = HomeAccount.objects.get()
    assert held.expires <= timezone.now()
    assert held.access_token == ""


@pytest.mark.parametrize("count", [1, 3])
def test_asking_takes_the_same_queries_for_each_member(home, client, count, django_assert_num_queries):
    for _ in range(count):
        sign_in(Client(), home, home.person())
    # Old tokens, peers, members; then two updates per member.
    with django_assert_num_queries(3 + 2 * count):
        check_members()
    assert HomeAccount.objects.filter(expires__gt=timezone.now()).count() == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_sign_in_page_lists_peers_with_one_query(db, client, count, django_assert_num_queries):
    for number in range(count):
        approve(ForeignHub(f"http://peer{number}.localhost:9", f"peer{number}").identity(bodies=[]))
    with django_assert_num_queries(1):
        page = client.get("/konto/login/").content.decode()
    assert page.count("/konto/instanz/peer") == count


def test_signing_in_again_is_the_same_account_with_what_is_true_now(home, client):
    email = home.person(first="Ada")
    sign_in(client, home, email)
    home.hub.order("role", email=email, body=KOBLENZ, role="editor")
    sign_in(Client(), home, email)
    assert HomeAccount.objects.get().role == "editor"
    assert User.objects.count() == 1


def test_a_session_ends_after_twelve_hours_whatever_is_done_in_it(home, client):
    sign_in(client, home, home.person())
    held = HomeAccount.objects.get()
    expiry = client.session.get_expiry_date()
    assert abs(held.expires - timezone.now() - dt.timedelta(hours=12)) < dt.timedelta(minutes=1)
    assert expiry == held.expires
    session = client.session
    session["something"] = "new"
    session.save()
    assert Session.objects.get(pk=session.session_key).expire_date == held.expires
    check_members()
    assert HomeAccount.objects.get().expires == held.expires
    HomeAccount.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))
    assert viewer(client) == {"public"}


def test_the_same_address_here_and_there_are_two_people(home, client):
    email = home.person()
    mine = User.objects.create_user(email, "x" * 12)
    sign_in(client, home, email)
    held = HomeAccount.objects.get()
    assert held.user != mine
    assert User.objects.filter(email=email).get() == mine


def test_an_account_that_is_signed_in_here_is_not_linked(home, client):
    mine = User.objects.create_superuser("betrieb@mainz.example", "x" * 12)
    client.force_login(mine)
    assert "werden dafür abgemeldet" in client.get("/konto/instanz/koblenz/").content.decode()
    sign_in(client, home, home.person())
    assert HomeAccount.objects.get().user != mine
    assert viewer(client) == {"public", "members"}


def test_the_home_hub_may_not_speak_for_a_body_it_is_not_approved_for(home, client):
    response = sign_in(client, home, home.person({TRIER: "author"}))
    assert response.status_code == 403
    assert f"Koblenz darf nicht für {TRIER} sprechen." in response.content.decode()
    assert not User.objects.exists()
    assert not signed_in(client)


def test_of_several_bodies_the_first_permitted_one_counts(home, client):
    approve(home.hub.identity, [TRIER])
    sign_in(client, home, home.person({KOBLENZ: "coordinator", TRIER: "member"}))
    held = HomeAccount.objects.get()
    assert (held.body, held.role) == (TRIER, "member")


@pytest.mark.parametrize(
    ("why", "sentence"),
    [("no role", "hat noch keine Rolle"), ("chain", "mit dem Konto einer anderen Stadt angemeldet")],
)
def test_the_home_hub_does_not_pass_on_whom_it_cannot_vouch_for(home, client, why, sentence):
    email = home.person({} if why == "no role" else None)
    if why == "chain":
        home.hub.order("from_elsewhere", email=email, issuer="http://trier.localhost:9", body=TRIER)
    page = home.browser(email).get(leave(client))
    assert page.status_code == 403
    assert sentence in page.text


def test_a_role_lost_between_consent_and_return_gives_no_token(home, client):
    email = home.person()
    visitor = home.browser(email)
    address = passed_on(visitor.consent(visitor.get(leave(client))))
    home.hub.order("role", email=email, body=KOBLENZ, role="")
    response = come_back(client, address)
    assert response.status_code == 403
    assert not User.objects.exists()


def test_declining_at_home_is_no_sign_in(home, client):
    visitor = home.browser(home.person())
    response = come_back(client, passed_on(visitor.consent(visitor.get(leave(client)), action="cancel")))
    assert "weil Sie es abgelehnt haben" in response.content.decode()
    assert not signed_in(client)


def test_without_the_municipality_nobody_is_admitted(home, client):
    response = sign_in(client, home, home.person(), without="wissenshub")
    assert "nicht mitgeteilt, zu welcher Kommune" in response.content.decode()
    assert not User.objects.exists()


def test_without_the_address_it_is_not_known_here(home, client):
    sign_in(client, home, home.person(), without="email")
    assert HomeAccount.objects.get().email == ""


@pytest.mark.parametrize("event", ["delete", "lock", "revoke", "role"])
def test_what_ends_at_home_ends_here_within_minutes(home, client, event):
    email = home.person()
    sign_in(client, home, email)
    check_members()
    assert viewer(client) == {"public", "members"}
    home.hub.order(event, email=email, **({"body": KOBLENZ, "role": ""} if event == "role" else {}))
    check_members()
    assert not signed_in(client)
    held = HomeAccount.objects.get()
    assert held.expires <= timezone.now()
    assert held.access_token == ""


def test_a_role_that_changes_at_home_changes_here(home, client):
    email = home.person()
    sign_in(client, home, email)
    home.hub.order("role", email=email, body=KOBLENZ, role="coordinator")
    check_members()
    assert HomeAccount.objects.get().role == "coordinator"
    assert signed_in(client)


def test_moving_to_a_body_that_is_not_permitted_ends_the_session(home, client):
    email = home.person()
    sign_in(client, home, email)
    home.hub.order("role", email=email, body=TRIER, role="author")
    home.hub.order("role", email=email, body=KOBLENZ, role="")
    check_members()
    assert not signed_in(client)


def test_while_the_home_hub_is_down_its_members_stay_until_their_time_is_up(home, client, monkeypatch):
    sign_in(client, home, home.person())
    open_to(monkeypatch, "nobody.localhost:1")
    check_members()
    assert viewer(client) == {"public", "members"}
    Session.objects.update(expire_date=timezone.now())
    HomeAccount.objects.update(expires=timezone.now())
    check_members()
    assert not signed_in(client)
    assert HomeAccount.objects.get().access_token == ""


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED])
def test_pausing_or_blocking_the_home_hub_signs_its_members_out_at_once(home, client, state):
    sign_in(client, home, home.person())
    set_state(home.peer, state)
    assert not signed_in(client)
    assert client.get("/konto/instanz/koblenz/").status_code == 404
    assert "/konto/instanz/" not in client.get("/konto/login/").content.decode()


def test_taking_the_body_from_the_home_hub_signs_its_members_out_at_once(home, client):
    sign_in(client, home, home.person())
    approve(home.hub.identity, [TRIER])
    assert not signed_in(client)


def test_a_peer_that_is_paused_on_the_way_admits_nobody(home, client):
    visitor = home.browser(home.person())
    address = passed_on(visitor.consent(visitor.get(leave(client))))
    set_state(home.peer, PeerState.PAUSED)
    assert come_back(client, address).status_code == 404
    assert not User.objects.exists()


def test_somebody_locked_here_stays_outside(home, client):
    email = home.person()
    sign_in(client, home, email)
    User.objects.update(is_active=False)
    response = sign_in(Client(), home, email)
    assert "hier gesperrt" in response.content.decode()


def test_the_home_hub_out_of_reach_is_said_before_leaving(home, client, monkeypatch):
    open_to(monkeypatch, "nobody.localhost:1")
    response = client.post("/konto/instanz/koblenz/")
    assert response.status_code == 503
    assert "Koblenz ist nicht zu erreichen" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/konto/password/change/", "/konto/email/", "/konto/2fa/", "/konto/3rdparty/", "/admin/"]
)
def test_the_account_is_managed_at_home(home, client, path):
    sign_in(client, home, home.person())
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/konto/instanz/")
    page = client.get("/konto/instanz/").content.decode()
    assert "Ihr Konto bei Koblenz</h1>" in page
    assert "Geschrieben wird bei Koblenz." in page
    assert f"{home.hub.origin}/konto/email/" in page
