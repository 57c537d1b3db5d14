"""The page of one body, whether or not it publishes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from hub.accounts.models import BodyRole, Role, User
from hub.documents import Case, Contact, Event
from hub.env import env
from hub.municipalities.models import Body
from hub.site.bodies.profile import SHOWN
from tests.factories.peers import add_peer
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER, MAINZ = "07211000", "07315000"
VILLAGE = "07137999"
PLACES = {MAINZ: (49.999, 8.274), KOBLENZ: (50.353, 7.594), TRIER: (49.757, 6.641)}


@pytest.fixture
def client() -> Client:
    add_bodies()
    for key, (latitude, longitude) in PLACES.items():
        Body.objects.filter(pk=key).update(latitude=latitude, longitude=longitude)
    district = Body.objects.create(key="07137", name="Landkreis Mayen-Koblenz", kind=Body.Kind.DISTRICT)
    association = Body.objects.create(
        key="071375007", name="Verbandsgemeinde Maifeld", kind=Body.Kind.VERBANDSGEMEINDE, district=district
    )
    Body.objects.create(
        key=VILLAGE,
        name="Musterhausen",
        kind=Body.Kind.MUNICIPALITY,
        population=1_234,
        population_date=dt.date(2022, 12, 31),
        area_ha=617,
        seat="Polch",
        postcode="56751",
        website="https://musterhausen.example/",
        latitude=50.30,
        longitude=7.31,
        district=district,
        association=association,
        source="Destatis, Gemeindeverzeichnis",
        as_of=dt.date(2023, 11, 30),
    )
    return Client(headers={"accept-language": "de"})


def page_of(client: Client, key: str) -> str:
    response = client.get(f"/kommunen/{key}/")
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def add_report(title: str, key: str = KOBLENZ, maturity: str = "operation", **fields: Any) -> None:
    add_entry(make_document(title, publishers=(key,), case=Case(maturity=maturity), **fields))


def add_event(title: str, days: int) -> None:
    starts = timezone.now() + dt.timedelta(days=days)
    event = Event(starts=starts, ends=starts + dt.timedelta(hours=2), location="Rathaus")
    add_entry(make_document(title, kind="event", event=event, case=None, costs=None))


def test_a_body_without_contributions_has_a_page_with_its_facts_and_their_source(client: Client) -> None:
    page = page_of(client, VILLAGE)
    for wording in (
        "<h1>Musterhausen</h1>",
        "1.234",
        "am 31.12.2022",
        "6,2 km²",
        '<dd class="figure">200</dd>',
        "56751 Polch",
        '<a href="https://musterhausen.example/" rel="noopener noreferrer">',
        '<a href="/kommunen/07137/">Landkreis Mayen-Koblenz</a>',
        '<a href="/kommunen/071375007/">Verbandsgemeinde Maifeld</a>',
        "Quelle: Destatis, Gemeindeverzeichnis, Stand 30.11.2023",
    ):
        assert wording in page


def test_unknown_facts_are_said_to_be_unknown(client: Client) -> None:
    page = page_of(client, "07137")
    assert page.count('class="figure unknown">unbekannt') == 3  # inhabitants, area, density


@pytest.mark.parametrize("key", ["99999999", "x", "07111000'--", "ABC", "ä" * 300, "071 11"])
def test_an_unknown_key_answers_404_with_the_search(client: Client, key: str) -> None:
    response = client.get(f"/kommunen/{key}/")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'action="/kommunen/"' in page
    assert 'name="q"' in page


def test_reports_stand_by_how_far_they_have_come(client: Client) -> None:
    add_report("Läuft", maturity="operation")
    add_report("Versuch", maturity="pilot")
    add_report("Vorhaben", maturity="idea")
    add_report("Vorbei", maturity="ended")
    add_report("Ohne", maturity="")
    add_report("Neu", maturity="erprobt-von-morgen")
    profile = client.get(f"/kommunen/{KOBLENZ}/").context["profile"]
    assert [(group.title, [entry.title for entry in group.entries]) for group in profile.stages] == [
        ("Im Betrieb", ["Läuft"]),
        ("In Erprobung", ["Versuch"]),
        ("Geplant", ["Vorhaben"]),
        ("Beendet", ["Vorbei"]),
        ("Ohne Angabe zum Stand", ["Ohne"]),
        ("erprobt-von-morgen", ["Neu"]),
    ]


def test_modules_and_kinds_of_the_future_stand_below(client: Client) -> None:
    add_entry(make_document("Hologramm", kind="hologram", case=None, costs=None))
    add_entry(make_document("Leitfaden", kind="module", case=None, costs=None))
    profile = client.get(f"/kommunen/{KOBLENZ}/").context["profile"]
    assert [(group.title, group.total) for group in profile.others] == [("Bausteine", 1), ("hologram", 1)]


def test_events_to_come_stand_first_and_next_first(client: Client) -> None:
    for title, days in (("Damals", -9), ("Später", 20), ("Bald", 2), ("Neulich", -2)):
        add_event(title, days)
    events = client.get(f"/kommunen/{KOBLENZ}/").context["profile"].events
    assert [entry.title for entry in events.entries] == ["Bald", "Später", "Neulich", "Damals"]


def test_the_newest_are_shown_and_the_list_has_all(client: Client) -> None:
    for number in range(SHOWN + 2):
        add_report(f"Bericht {number}")
    group = client.get(f"/kommunen/{KOBLENZ}/").context["profile"].stages[0]
    assert [entry.title for entry in group.entries] == [f"Bericht {n}" for n in range(SHOWN + 1, 1, -1)]
    address = f"/wissen/?kommune={KOBLENZ}&amp;art=case_report&amp;reife=operation"
    assert f'<a href="{address}">Alle {SHOWN + 2} zeigen' in page_of(client, KOBLENZ)
    assert client.get(address.replace("&amp;", "&")).context["page"].paginator.count == SHOWN + 2


def test_its_own_page_is_summed_up_and_linked_and_names_who_answers(client: Client) -> None:
    contact = Contact(role="Stabsstelle Digitales", email="stab@koblenz.demo.invalid")
    own = add_entry(
        make_document("Über uns", kind="body", case=None, costs=None, contact=contact), source="koblenz"
    )
    add_report("Bericht")
    page = page_of(client, KOBLENZ)
    assert f'<a href="{own.get_absolute_url()}">Wie sich Koblenz vorstellt</a>' in page
    assert '<p class="lead">Kurz.</p>' in page
    assert "mailto:stab@koblenz.demo.invalid" in page
    assert "mailto:verkehr@koblenz.demo.invalid" not in page


def test_without_a_page_of_its_own_the_contacts_of_its_reports_answer(client: Client) -> None:
    add_report("A")
    add_report("B", maturity="pilot")
    contacts = client.get(f"/kommunen/{KOBLENZ}/").context["profile"].contacts
    assert [contact.email for contact in contacts] == ["verkehr@koblenz.demo.invalid"]


def test_the_hub_it_publishes_on_is_named(client: Client) -> None:
    add_entry(make_document(origin="http://koblenz.localhost:8002"), source="koblenz")
    unknown = '<a href="http://koblenz.localhost:8002/" rel="noopener">koblenz.localhost:8002</a>'
    assert unknown in page_of(client, KOBLENZ)
    add_peer("Koblenz", "http://koblenz.localhost:8002")
    known = '<a href="http://koblenz.localhost:8002/" rel="noopener">Wissenshub Koblenz</a>'
    assert known in page_of(client, KOBLENZ)


def test_this_hub_is_named_without_a_link(client: Client) -> None:
    add_report("Von hier")
    assert f"<dd>Wissenshub {env.name}</dd>" in page_of(client, KOBLENZ)


def test_a_document_of_a_newer_schema_does_not_break_the_page(client: Client) -> None:
    entry = add_entry()
    entry.body = entry.body.replace("wissenshub/1.3", "wissenshub/2.0")
    entry.save()
    assert "Parkraumsensorik" in page_of(client, KOBLENZ)


def test_who_publishes_nearby_is_named_with_the_distance(client: Client) -> None:
    add_report("A", key=TRIER)
    add_report("B", key=KOBLENZ)
    add_report("C", key="071375007")
    around = client.get(f"/kommunen/{VILLAGE}/").context["around"]
    assert [(near.body.name, round(near.distance or 0)) for near in around.nearest] == [
        ("Koblenz", 21),
        ("Trier", 77),
    ]
    assert [other.body.name for other in around.in_district] == ["Verbandsgemeinde Maifeld"]
    page = page_of(client, VILLAGE)
    assert "21 km" in page
    assert f'<a class="accent-koblenz" href="/kommunen/{KOBLENZ}/" aria-label="Koblenz: 1 Beitrag">' in page


def test_a_dot_is_hit_from_around_it_but_tabbed_to_once(client: Client) -> None:
    add_report("A")
    page = page_of(client, VILLAGE).partition('class="body-map"')[2].partition("</figure>")[0]
    assert f'<a href="/kommunen/{KOBLENZ}/" tabindex="-1"><circle class="map-reach"' in page
    assert page.index("map-reach") < page.index('class="map-quiet"')
    assert page.count(f'href="/kommunen/{KOBLENZ}/"') == 2


def test_a_body_without_a_place_has_a_page(client: Client) -> None:
    Body.objects.create(key="add", name="Aufsicht", kind=Body.Kind.OTHER)
    add_report("A")
    assert "In der Nähe hat noch niemand" in page_of(client, "add")


def test_a_dissolved_body_leads_to_the_last_of_its_successors(client: Client) -> None:
    heir = Body.objects.get(pk=KOBLENZ)
    kind = Body.Kind.MUNICIPALITY
    middle = Body.objects.create(
        key="07111888", name="Mittelstadt", kind=kind, dissolved=dt.date(1969, 6, 7), successor=heir
    )
    Body.objects.create(
        key="07111999", name="Altdorf", kind=kind, dissolved=dt.date(1950, 4, 1), successor=middle
    )
    add_report("Vermächtnis", key="07111999")
    response = client.get("/kommunen/07111999/")
    page = response.content.decode()
    assert response.status_code == 200
    assert f'/kommunen/{KOBLENZ}/">' in page.partition('rel="canonical" href="')[2][:80]
    assert f'gehört das Gebiet zu <a href="/kommunen/{KOBLENZ}/">Koblenz</a>' in page
    assert "1. April 1950" in page
    assert "Vermächtnis" not in page
    assert "Vermächtnis" in page_of(client, KOBLENZ)


def test_a_body_split_up_keeps_its_page_with_a_notice(client: Client) -> None:
    kind = Body.Kind.MUNICIPALITY
    Body.objects.create(key="07111777", name="Geteilt", kind=kind, dissolved=dt.date(1969, 6, 7))
    add_report("Erbe", key="07111777")
    page = page_of(client, "07111777")
    assert "Keine einzelne Kommune ist an die Stelle getreten" in page
    assert "Erbe" in page


def add_secrets() -> None:
    contact = Contact(role="Geheimrat", email="geheim@koblenz.demo.invalid")
    for audience in ("members", "instance"):
        add_report(f"Bericht {audience}", audience=audience, contact=contact)
        add_report(f"Trier {audience}", key=TRIER, audience=audience, contact=contact)
        text = make_document(
            f"Portrait {audience}", kind="body", case=None, audience=audience, contact=contact
        )
        add_entry(text, source="" if audience == "instance" else "koblenz")


def test_what_the_public_may_not_read_is_neither_shown_nor_counted(client: Client) -> None:
    add_secrets()
    add_entry(make_document("Verborgen"), hidden=True)
    response = client.get(f"/kommunen/{KOBLENZ}/")
    page = response.content.decode()
    for secret in ("members", "instance", "Verborgen", "geheim@", "Geheimrat", "vorstellt"):
        assert secret not in page
    profile = response.context["profile"]
    assert (profile.figures.total, profile.portrait, profile.hubs) == (0, None, ())
    assert response.context["around"].nearest == []
    assert client.get(f"/kommunen/{VILLAGE}/").context["around"].map.links == ()


def test_staff_of_this_instance_see_what_is_theirs(client: Client) -> None:
    add_secrets()
    user = User.objects.create_user(email="a@example.org", password="x")
    group = Group.objects.create(name="Koblenz: Mitglieder")
    BodyRole.objects.create(body=Body.objects.get(pk=KOBLENZ), role=Role.MEMBER, group=group)
    user.groups.add(group)
    client.force_login(user)
    profile = client.get(f"/kommunen/{KOBLENZ}/").context["profile"]
    assert profile.figures.total == 2
    assert profile.portrait.title == "Portrait instance"


def test_the_head_of_a_document_links_to_its_publishers(client: Client) -> None:
    entry = add_entry(make_document(publishers=(KOBLENZ, TRIER, "09999999")), source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    head = page.partition('class="doc-kind"')[2].partition("</p>")[0]
    assert f'<a href="/kommunen/{KOBLENZ}/">Koblenz</a>, <a href="/kommunen/{TRIER}/">Trier</a>, 0999' in head


def test_no_script_or_style_stands_in_the_page(client: Client) -> None:
    add_report("A")
    page = page_of(client, KOBLENZ)
    assert "<script" not in page
    assert "style=" not in page


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    for index in range(number):
        place = {"latitude": 50.2 + index / 100, "longitude": 7.2}
        kind = Body.Kind.MUNICIPALITY
        body = Body.objects.create(
            key=f"0713{index:04}", name=f"Ort {index}", kind=kind, district_id="07137", **place
        )
        add_report(f"Bericht {index}", key=VILLAGE, maturity=("operation", "pilot")[index % 2])
        add_report(f"Nachbar {index}", key=body.key)
        add_event(f"Termin {index}", index - 3)
    add_report("Im Landkreis", key="071375007")
    with django_assert_num_queries(13):
        client.get(f"/kommunen/{VILLAGE}/")
