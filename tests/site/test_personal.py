"""The start page after signing in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Workflow

from content.editorial.queries import reviews_for
from content.models import BodyPage, CaseReportPage
from content.services import open_section
from hub.accounts.models import HomeAccount, JoinRequest, Preferences, Role, User
from hub.accounts.roles import set_role
from hub.municipalities.models import Body
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.peers import add_peer
from tests.factories.people import add_app
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER = "07211000"
ALZEY = "07331"


@pytest.fixture
def client(settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def section() -> BodyPage:
    page = add_section("koblenz", add_body(KOBLENZ))
    open_section(page)
    return page


def add_user(name: str = "erika", **fields: Any) -> User:
    return User.objects.create_user(f"{name}@koblenz.demo.invalid", "geheim-und-lang", **fields)


def sign_in(
    client: Client, section: BodyPage | None = None, role: Role = Role.EDITOR, name: str = "erika"
) -> User:
    user = add_user(name)
    if section is not None:
        set_role(user, section.body, role)
    client.force_login(user)
    return user


def ask(body: Body, name: str) -> JoinRequest:
    return JoinRequest.objects.create(user=add_user(name), body=body, domain="koblenz.demo.invalid")


def published(page: CaseReportPage, when: dt.datetime) -> CaseReportPage:
    type(page).objects.filter(pk=page.pk).update(last_published_at=when)
    return page


def html_of(client: Client) -> str:
    response = client.get("/mein/")
    assert response.status_code == 200
    return response.content.decode()


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client: Client) -> None:
    response = client.get("/mein/")
    assert response.status_code == 302
    assert response["Location"] == "/konto/login/?next=/mein/"


def test_it_is_never_kept_by_caches(client: Client) -> None:
    sign_in(client)
    assert "no-store" in client.get("/mein/")["Cache-Control"]


def test_an_account_without_a_role_is_led_to_joining(client: Client) -> None:
    sign_in(client)
    html = html_of(client)
    assert 'href="/konto/beitritt/"' in html
    assert "Ihr Konto hat noch keine Rolle" in html
    assert "Nichts wartet auf Sie" not in html


def test_an_own_request_is_shown_with_its_state_instead(client: Client, section: BodyPage) -> None:
    user = sign_in(client)
    request = JoinRequest.objects.create(user=user, body=section.body, domain="koblenz.demo.invalid")
    html = html_of(client)
    assert "Ihre Anfrage an Koblenz" in html
    assert "wartet auf eine Entscheidung" in html
    assert "Ihr Konto hat noch keine Rolle" not in html
    request.state, request.decided, request.reason = "declined", timezone.now(), "Bitte über die Leitung."
    request.save()
    html = html_of(client)
    assert "abgelehnt" in html
    assert "Bitte über die Leitung." in html
    JoinRequest.objects.update(decided=timezone.now() - dt.timedelta(days=31))
    assert "Ihr Konto hat noch keine Rolle" in html_of(client)


def test_requests_wait_for_who_may_decide_and_for_nobody_else(client: Client, section: BodyPage) -> None:
    request = ask(section.body, "neu")
    sign_in(client, section, Role.COORDINATOR)
    html = html_of(client)
    assert f'href="/konto/anfragen/{request.pk}/"' in html
    assert "neu@koblenz.demo.invalid" in html
    sign_in(client, section, Role.EDITOR, "redaktion")
    assert "neu@koblenz.demo.invalid" not in html_of(client)


@pytest.fixture
def workflow(section: BodyPage) -> Workflow:
    """Editors and coordinators look through what is sent in."""
    found: Workflow = section.get_workflow()
    return found


def test_pages_wait_for_who_may_take_the_present_step(
    client: Client, section: BodyPage, workflow: Workflow
) -> None:
    report = add_report(section, "Parkleitsystem", live=False)
    workflow.start(report, add_user("autor"))
    sign_in(client, section, Role.COORDINATOR)
    html = html_of(client)
    assert f'<a href="/admin/pages/{report.pk}/edit/">„Parkleitsystem“ durchsehen</a>' in html
    sign_in(client, section, Role.AUTHOR, "autorin")
    assert "durchsehen" not in html_of(client)


@pytest.mark.parametrize("number", [1, 3])
def test_more_pages_to_look_through_cost_no_more_queries(
    client: Client, section: BodyPage, workflow: Workflow, django_assert_num_queries: Any, number: int
) -> None:
    user, author = sign_in(client, section, Role.COORDINATOR), add_user("autor")
    for index in range(number):
        workflow.start(add_report(section, f"Seite {index}", live=False), author)
    reviews_for(user)
    with django_assert_num_queries(2):
        assert len(reviews_for(user)) == number


def test_nothing_that_waits_is_said(client: Client, section: BodyPage) -> None:
    add_report(section, "Bericht")
    sign_in(client, section)
    html = html_of(client)
    assert "Zurzeit wartet nichts auf Sie" in html
    assert "Erste Schritte" not in html


def test_a_missing_second_factor_comes_first(client: Client, section: BodyPage, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, section, Role.EDITOR)
    assert "Zweiten Faktor einrichten" in html_of(client)
    sign_in(client, section, Role.AUTHOR, "autorin")
    assert "Zweiten Faktor einrichten" not in html_of(client)


def test_who_waits_is_named_to_nobody_whose_second_factor_is_missing_or_unproven(
    client: Client, section: BodyPage, workflow: Workflow, settings: Any
) -> None:
    ask(section.body, "neu")
    workflow.start(add_report(section, "Parkleitsystem", live=False), add_user("autor"))
    user = sign_in(client, section, Role.COORDINATOR)
    shown = html_of(client)
    assert "neu@koblenz.demo.invalid" in shown
    assert "„Parkleitsystem“ durchsehen" in shown
    settings.SECOND_FACTOR_REQUIRED = True
    without = html_of(client)
    add_app(user)
    unproven = html_of(client)
    for html in (without, unproven):
        assert "neu@koblenz.demo.invalid" not in html
        assert "durchsehen" not in html
    assert "Zweiten Faktor einrichten" in without
    assert "Bestätigen Sie Ihren zweiten Faktor" in unproven
    assert 'href="/konto/reauthenticate/?next=/mein/"' in unproven


def test_own_drafts_and_ways_to_write_are_offered(client: Client, section: BodyPage) -> None:
    user = sign_in(client, section, Role.AUTHOR)
    draft = add_report(section, "Angefangen", live=False, owner=user)
    add_report(section, "Fremd", live=False, owner=add_user("andere"))
    html = html_of(client)
    assert f'href="/admin/pages/{draft.pk}/edit/">Angefangen' in html
    assert "Fremd" not in html
    assert "Erfahrungsbericht schreiben" in html


def test_who_reads_only_is_offered_nothing_to_write(client: Client, section: BodyPage) -> None:
    sign_in(client, section, Role.MEMBER)
    html = html_of(client)
    assert "Erfahrungsbericht schreiben" not in html
    assert "Meine Entwürfe" not in html


def test_reports_to_reconfirm_are_shown_to_who_may_confirm_them(client: Client, section: BodyPage) -> None:
    report = published(add_report(section, "Alt"), timezone.now() - dt.timedelta(days=400))
    published(add_report(section, "Frisch"), timezone.now() - dt.timedelta(days=100))
    sign_in(client, section, Role.EDITOR)
    html = html_of(client)
    assert f'href="/admin/pages/{report.pk}/edit/">Alt' in html
    assert "unbestätigt seit" in html
    assert "Frisch" not in html
    sign_in(client, section, Role.AUTHOR, "autorin")
    assert "unbestätigt seit" not in html_of(client)


def test_bodies_are_shown_with_role_team_and_way_out(client: Client, section: BodyPage) -> None:
    sign_in(client, section, Role.COORDINATOR)
    html = html_of(client)
    assert "Koordination" in html
    for address in (f"/kommunen/{KOBLENZ}/", f"/konto/team/{KOBLENZ}/", f"/konto/austritt/{KOBLENZ}/"):
        assert f'href="{address}"' in html


def news(client: Client) -> list[str]:
    return [entry.title for entry in client.get("/mein/").context["news"]]


@pytest.fixture
def published_things() -> None:
    add_bodies()
    Body.objects.create(key=ALZEY, name="Alzey-Worms", kind=Body.Kind.DISTRICT)
    Body.objects.create(key="07331003", name="Alzey", kind=Body.Kind.TOWN, district_id=ALZEY)
    add_entry(make_document("KI in Trier", topics=("ki",), publishers=(TRIER,)))
    add_entry(make_document("KI in Alzey", topics=("ki", "recht"), publishers=("07331003",)))
    add_entry(make_document("Wärme im Landkreis", topics=("energie",), publishers=(ALZEY,)))
    add_entry(make_document("Intern KI", topics=("ki",), audience="members"))
    add_entry(make_document("Anderes", topics=("mobilitaet",)))


@pytest.mark.usefixtures("published_things")
def test_without_a_choice_the_newest_of_all_are_shown_with_an_invitation(client: Client) -> None:
    sign_in(client)
    assert news(client) == ["Anderes", "Wärme im Landkreis", "KI in Alzey", "KI in Trier"]
    assert "Wählen Sie Ihre Themen und Ihre Region" in html_of(client)


@pytest.mark.usefixtures("published_things")
def test_topics_and_region_choose_what_is_new_each_once(client: Client) -> None:
    user = sign_in(client)
    chosen = Preferences.objects.create(user=user, topics=["ki"])
    assert news(client) == ["KI in Alzey", "KI in Trier"]
    chosen.region_id = ALZEY
    chosen.save()
    assert news(client) == ["Wärme im Landkreis", "KI in Alzey", "KI in Trier"]
    chosen.topics = []
    chosen.save()
    assert news(client) == ["Wärme im Landkreis", "KI in Alzey"]
    chosen.region_id = TRIER
    chosen.save()
    assert news(client) == ["KI in Trier"]


@pytest.mark.usefixtures("published_things")
def test_members_see_what_is_meant_for_members(client: Client, section: BodyPage) -> None:
    Preferences.objects.create(user=sign_in(client, section), topics=["ki"])
    assert "Intern KI" in news(client)


@pytest.fixture
def guest(client: Client) -> HomeAccount:
    add_bodies()
    now = timezone.now()
    user = User.objects.create(email=None, first_name="Tom", last_name="Trierer")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return HomeAccount.objects.create(
        user=user, issuer="https://wissen.trier.example", subject="s-1", body=TRIER, role=Role.EDITOR,
        asserted=now, checked=now, expires=now + dt.timedelta(hours=12),
    )  # fmt: skip


def test_members_of_other_hubs_see_who_vouches_until_when(client: Client, guest: HomeAccount) -> None:
    html = html_of(client)
    assert '<a href="https://wissen.trier.example">wissen.trier.example</a>' in html
    assert "<dd>Trier</dd>" in html
    add_peer("Trier", "https://wissen.trier.example")
    assert '<a href="https://wissen.trier.example">Wissenshub Trier</a>' in html_of(client)
    assert "Bis" in html
    assert "Meine Entwürfe" not in html
    assert "/konto/beitritt/" not in html
    assert "Melden Sie sich neu an" not in html


def test_members_whose_time_is_over_are_told(client: Client, guest: HomeAccount) -> None:
    HomeAccount.objects.update(expires=timezone.now() - dt.timedelta(minutes=1))
    assert "Melden Sie sich neu an" in html_of(client)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_queries_however_much_there_is(
    client: Client, section: BodyPage, django_assert_num_queries: Any, number: int
) -> None:
    user = sign_in(client, section, Role.COORDINATOR)
    add_bodies()
    Preferences.objects.create(user=user, topics=["ki"], region_id=KOBLENZ)
    for index in range(number):
        ask(section.body, f"neu{index}")
        add_report(section, f"Entwurf {index}", live=False, owner=user)
        published(add_report(section, f"Alt {index}"), timezone.now() - dt.timedelta(days=400))
        add_entry(make_document(f"Neues {index}", topics=("ki",), publishers=((KOBLENZ, TRIER)[index % 2],)))
    client.get("/mein/")
    with django_assert_num_queries(34):
        client.get("/mein/")


@pytest.mark.parametrize("number", [1, 3])
def test_more_bodies_cost_no_more_queries(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    user = sign_in(client)
    for index in range(number):
        town = add_section(f"ort-{index}", add_body(f"0733100{index}", f"Ort {index}"))
        open_section(town)
        set_role(user, town.body, Role.EDITOR)
    client.get("/mein/")
    with django_assert_num_queries(30):
        client.get("/mein/")
