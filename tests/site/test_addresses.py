from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from hub.catalogue.entries import take_offline
from hub.catalogue.models import State
from hub.documents import Attachment, Costs, Module, Relation
from tests.theme.entries import NOW, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

KOBLENZ_HUB = "http://koblenz.localhost:8002"
DIGEST = "sha256:" + "ab" * 32


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def test_received_document_names_its_origin_and_is_not_canonical_here(client: Client) -> None:
    entry = add_entry(make_document(origin=KOBLENZ_HUB, demo=True), source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert f'<link rel="canonical" href="{entry.object_id}">' in page
    assert "Von Koblenz übernommen, Prüfung bestanden. Stand " in page
    assert f'<a href="{entry.object_id}" rel="noopener">Original auf koblenz.localhost:8002</a>' in page
    assert "DEMO – fiktiv" in page
    assert '<div class="block" id="ziel-1">' in page


def test_glance_shows_costs_per_inhabitant_and_who_answers(client: Client) -> None:
    entry = add_entry(make_document(origin=KOBLENZ_HUB, costs=Costs(once_eur=96_400)), source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "0,84\u00a0€ je Einwohner" in page
    assert 'class="figure unknown">unbekannt' in page
    assert "mailto:verkehr@koblenz.demo.invalid" in page


def test_old_title_in_the_address_leads_to_the_new_one(client: Client) -> None:
    entry = add_entry(make_document(origin=KOBLENZ_HUB), source="koblenz")
    response = client.get(f"/von/koblenz/{entry.uuid}/alter-titel/")
    assert (response.status_code, response["Location"]) == (302, entry.get_absolute_url())


def test_id_leads_to_the_current_address(client: Client) -> None:
    entry = add_entry(path="/mainz/parkraumsensorik/")
    response = client.get(f"/id/{entry.uuid}")
    assert (response.status_code, response["Location"]) == (302, "/mainz/parkraumsensorik/")


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.ERASED])
def test_withdrawn_and_erased_answer_410_without_their_wording(client: Client, state: State) -> None:
    entry = add_entry(make_document(origin=KOBLENZ_HUB), source="koblenz")
    address = entry.get_absolute_url()
    take_offline(entry, state, 2, NOW, entry.position)
    for gone in (address, f"/id/{entry.uuid}"):
        response = client.get(gone)
        assert response.status_code == 410
        assert "Parkraumsensorik" not in response.content.decode()


def test_expired_answers_410(client: Client) -> None:
    entry = add_entry(make_document(expires=dt.date(2020, 1, 1)))
    assert client.get(f"/id/{entry.uuid}").status_code == 410


def test_what_the_public_may_not_read_is_as_if_it_never_was(client: Client) -> None:
    internal = add_entry(make_document(audience="members"), source="")
    take_offline(internal, State.WITHDRAWN, 2, NOW, internal.position)
    readable_by_members = add_entry(make_document(audience="members"))
    for key in (internal.uuid, readable_by_members.uuid, uuid.uuid4()):
        assert client.get(f"/id/{key}").status_code == 404


def test_relation_shows_a_title_only_to_those_who_may_read_it(client: Client) -> None:
    open_target = add_entry(make_document("Offenes Playbook", topics=()))
    closed_target = add_entry(make_document("Interne Liste", audience="members", topics=()))
    relations = (
        Relation(type="uses", target=open_target.object_id),
        Relation(type="uses", target=closed_target.object_id),
    )
    entry = add_entry(make_document(origin=KOBLENZ_HUB, relations=relations, topics=()), source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Offenes Playbook" in page
    assert "Interne Liste" not in page


def test_link_in_the_text_leads_only_to_what_may_be_read(client: Client) -> None:
    targets = {
        "offen": add_entry(make_document("Offen", topics=())),
        "intern": add_entry(make_document("Intern", audience="members", topics=())),
        "weg": add_entry(make_document("Weg", topics=()), hidden=True),
    }
    links = "".join(f'<a href="{entry.object_id}#ziel-1">{name}</a> ' for name, entry in targets.items())
    unknown = f"{KOBLENZ_HUB}/id/{uuid.uuid4()}"
    html = f'<p>{links}<a href="{unknown}">fremd</a></p>'
    entry = add_entry(make_document(origin=KOBLENZ_HUB, html=html, topics=()), source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert f"/id/{targets['offen'].uuid}#ziel-1" in page
    assert f'href="{unknown}"' in page
    assert '<span class="withheld">intern <span class="badge">nur für Mitglieder</span></span>' in page
    assert '<span class="withheld">weg</span>' in page
    assert str(targets["intern"].uuid) not in page


@pytest.mark.parametrize("number", [1, 3])
def test_document_costs_the_same_queries_however_much_it_relates_to(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    targets = [add_entry(make_document(f"Ziel {index}")) for index in range(number)]
    relations = tuple(Relation(type="uses", target=target.object_id) for target in targets)
    for index in range(number):
        add_entry(make_document(f"Verwandt {index}", publishers=(("07211000", "07111000")[index % 2],)))
    entry = add_entry(make_document(origin=KOBLENZ_HUB, relations=relations), source="koblenz")
    with django_assert_num_queries(11):  # one reads how the exchange with its origin stands
        client.get(entry.get_absolute_url())


def test_file_has_size_checksum_and_download_address(client: Client) -> None:
    file = Attachment(
        url="x", name="a b.csv", media_type="text/csv", size=8_600, digest=DIGEST, title="Tabelle"
    )
    module = Module(
        module_type="dataset", version="1.2.0", licence="CC-BY-4.0", repository="javascript:alert(1)"
    )
    document = make_document(
        origin=KOBLENZ_HUB, kind="module", case=None, costs=None, module=module, attachments=(file,)
    )
    entry = add_entry(document, source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert f"/dateien/{entry.uuid}/{'ab' * 32}/a%20b.csv" in page
    assert "8,6\u00a0kB" in page
    assert "CC-BY-4.0" in page
    assert "javascript:" not in page


def test_unknown_kind_is_shown_by_its_header(client: Client) -> None:
    document = make_document("Neuartiges", origin=KOBLENZ_HUB, kind="hologram", case=None, costs=None)
    entry = add_entry(document, source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Neuartiges" in page
    assert "Suchzeit senken" not in page


@pytest.mark.parametrize("address", ["/impressum/", "/datenschutz/", "/barrierefreiheit/"])
def test_pages_the_law_asks_for_say_that_this_is_a_demo(client: Client, address: str) -> None:
    assert "Demonstration" in client.get(address).content.decode()


def test_nothing_at_an_address_is_a_page_of_ours(client: Client) -> None:
    response = client.get("/gibt-es-nicht/")
    assert response.status_code == 404
    assert "Unter dieser Adresse steht nichts" in response.content.decode()
    assert '<a href="/wissen/">Alle Beiträge</a>' in response.content.decode()
