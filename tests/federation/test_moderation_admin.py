"""Moderation in the admin: lists, one page for each item, the log, and peers that are reviewed first."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from federation.models import Peer
from federation.moderation.reviewing import set_review_first
from hub.accounts.models import Role
from hub.catalogue import overlay
from hub.catalogue.models import CatalogueEntry, ModerationAct, Overlay, State
from hub.documents import Text
from tests.factories.editing import browser_of
from tests.factories.pages import add_report
from tests.factories.people import add_operator, add_person
from tests.factories.statements import add_town_here, entry_of
from tests.wire.foreign import ForeignHub

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]
WHO = "Otto Prüfer (otto@mainz.example)"


@pytest.fixture
def coordinator() -> Client:
    town = add_town_here()
    person = add_person(
        "erika@trier.example", town.body, Role.COORDINATOR, first_name="Erika", last_name="Muster"
    )
    return browser_of(person)


@pytest.fixture
def operator() -> Client:
    return browser_of(add_operator())


def send(koblenz: ForeignHub, title: str = "Sensorpaket") -> CatalogueEntry:
    texts = {"de": Text(title=title, summary=f"Was {title} misst.")}
    document = koblenz.document(title, texts=texts)
    assert koblenz.push(Client(), koblenz.publish(document)).status_code == 202
    return CatalogueEntry.objects.get(object_id=document.id)


@pytest.fixture
def entry(koblenz: ForeignHub) -> CatalogueEntry:
    return send(koblenz)


def address(entry: CatalogueEntry) -> str:
    return f"/admin/moderation/koblenz/{entry.uuid}/"


def said(response: object) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))  # type: ignore[attr-defined]


def test_a_coordinator_hides_and_releases_with_a_reason_and_is_named_in_the_log(coordinator, entry):
    response = coordinator.post(address(entry), {"action": "hide", "reason": "Falsche Zahlen"})
    assert response["Location"] == address(entry)
    assert "vermerkt" in said(response)
    page = coordinator.get(address(entry)).content.decode()
    assert "Ausgeblendet" in page
    assert "Falsche Zahlen" in page
    assert Client().get(entry.get_absolute_url()).status_code == 410
    coordinator.post(address(entry), {"action": "release", "reason": ""})
    assert Client().get(entry.get_absolute_url()).status_code == 200
    who = set(ModerationAct.objects.values_list("by", flat=True))
    assert who == {"Erika Muster (erika@trier.example)"}


def test_a_label_is_set_and_removed(coordinator, entry):
    coordinator.post(address(entry), {"action": "label", "label": "Zahlen von 2019", "reason": "Rückmeldung"})
    assert "Zahlen von 2019" in Client().get(entry.get_absolute_url()).content.decode()
    coordinator.post(address(entry), {"action": "unlabel", "label": "Zahlen von 2019", "reason": ""})
    assert CatalogueEntry.objects.get().label == ""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"action": "hide", "reason": "  "}, "Bitte geben Sie eine Begründung an"),
        ({"action": "hold", "reason": "\x00"}, "Null"),
        ({"action": "explode", "reason": "Grund 4711"}, "eine der Schaltflächen"),
        ({"reason": "Grund 4711"}, "eine der Schaltflächen"),
        ({"action": "hide", "label": "x", "reason": "Grund 4711"}, "eine der Schaltflächen"),
        ({"action": "release", "reason": "Grund 4711"}, "weder ausgeblendet noch zurückgehalten"),
        ({"action": "hide", "reason": "x" * 2001}, "2000"),
        ({"action": "label", "label": "", "reason": "Grund 4711"}, "schreiben Sie den Hinweis"),
        ({"action": "label", "label": "y" * 201, "reason": "Grund 4711"}, "zu lang"),
        (
            {"action": "label", "label": "Alte Zahlen 4711", "reason": ""},
            "Bitte geben Sie eine Begründung an",
        ),
    ],
)
def test_bad_input_is_answered_in_words_and_nothing_typed_is_lost(coordinator, entry, data, says):
    response = coordinator.post(address(entry), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert says in page
    for typed in data.values():
        if "4711" in typed:
            assert typed in page
    assert not ModerationAct.objects.exists()
    assert CatalogueEntry.objects.get().overlay == ""


def test_own_and_unknown_items_have_no_page(coordinator, entry):
    town = add_town_here("07314000", "Ludwigshafen")
    own = entry_of(add_report(town.section, "Eigener Bericht"))
    for path in (
        f"/admin/moderation/koblenz/{uuid.uuid4()}/",
        f"/admin/moderation/koblenz/{own.uuid}/",
        f"/admin/moderation/trier/{entry.uuid}/",
        f"/admin/moderation/koblenz/{own.uuid}/vorschau/",
    ):
        assert coordinator.get(path).status_code == 404
        assert coordinator.post(path, {"action": "hide", "reason": "Grund"}).status_code in (404, 405)
    assert not ModerationAct.objects.exists()


def test_what_was_erased_shows_its_acts_and_offers_nothing(coordinator, entry):
    overlay.hide(entry.object_id, "Werbung", WHO)
    CatalogueEntry.objects.update(state=State.ERASED, body="", digest="", title="")
    page = coordinator.get(address(entry)).content.decode()
    assert "endgültig gelöscht" in page
    assert "Werbung" in page
    assert "<textarea" not in page
    assert coordinator.get(f"{address(entry)}vorschau/").status_code == 404
    response = coordinator.post(address(entry), {"action": "release", "reason": ""})
    assert response.status_code == 200
    assert ModerationAct.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_costs_the_same_for_one_and_for_three_items(
    operator, koblenz, number, django_assert_num_queries
):
    set_review_first(Peer.objects.get(), on=True, by=WHO)
    for n in range(number):
        send(koblenz, f"Paket {n}")
    operator.get("/admin/moderation/")
    with django_assert_num_queries(16):
        page = operator.get("/admin/moderation/").content.decode()
    assert page.count('name="entry"') == number
    assert "Was Paket 0 misst." in page


def test_what_is_ticked_is_released_and_the_rest_stays(coordinator, koblenz):
    set_review_first(Peer.objects.get(), on=True, by=WHO)
    found = [send(koblenz, f"Paket {n}") for n in range(3)]
    chosen = {"entry": [str(found[0].pk), str(found[2].pk), "999999", "x", "9" * 40]}
    response = coordinator.post("/admin/moderation/?liste=zurueckgehalten", chosen)
    assert "2 Beiträge sind freigegeben" in said(response)
    held = {each.title: each.overlay for each in CatalogueEntry.objects.all()}
    assert held == {"Paket 0": "", "Paket 1": "held", "Paket 2": ""}
    again = coordinator.post("/admin/moderation/", chosen)
    assert "inzwischen" in said(again)
    assert "haken Sie" in said(coordinator.post("/admin/moderation/", {}))


def test_the_lists_hold_what_they_say_and_the_filter_keeps_to_an_instance(coordinator, koblenz):
    entries = {name: send(koblenz, name) for name in ("Gehalten", "Versteckt", "Notiert", "Alt", "Ruhig")}
    overlay.hold(entries["Gehalten"].object_id, "Grund", WHO)
    overlay.hide(entries["Versteckt"].object_id, "Grund", WHO)
    overlay.label(entries["Notiert"].object_id, "Zahlen von 2019", "Grund", WHO)
    overlay.hold(entries["Alt"].object_id, "Grund", WHO)
    overlay.release(entries["Alt"].object_id, WHO)
    document = entries["Alt"].document
    koblenz.push(
        Client(), koblenz.publish(document.model_copy(update={"texts": {"de": Text(title="Alt 2")}}), 2)
    )
    wanted = {
        "zurueckgehalten": "Gehalten",
        "ausgeblendet": "Versteckt",
        "hinweis": "Notiert",
        "geaendert": "Alt 2",
        "unbekannt": "Gehalten",
    }
    for name, title in wanted.items():
        response = coordinator.get("/admin/moderation/", {"liste": name, "instanz": "koblenz"})
        assert [entry.title for entry, _text, _origin in response.context["rows"]] == [title]
        assert [number for _key, _label, number in response.context["lists"]] == [1, 1, 1, 1]
    assert coordinator.get("/admin/moderation/?instanz=%00").status_code == 200


def test_what_changed_since_its_release_is_shown_and_noted_as_looked_at(coordinator, koblenz, entry):
    overlay.hold(entry.object_id, "Grund", WHO)
    overlay.release(entry.object_id, WHO)
    koblenz.push(Client(), koblenz.publish(entry.document, 2))
    before = CatalogueEntry.objects.get()
    assert before.overlay == ""
    assert "seit der Freigabe geändert" in coordinator.get(address(entry)).content.decode()
    coordinator.post(address(entry), {"action": "release", "reason": ""})
    assert not coordinator.get("/admin/moderation/?liste=geaendert").context["rows"]
    assert CatalogueEntry.objects.get().position == before.position


def test_the_queue_has_pages(coordinator, koblenz, monkeypatch):
    monkeypatch.setattr("federation.moderation.views.ITEMS", 2)
    for n in range(3):
        overlay.hold(send(koblenz, f"Paket {n}").object_id, "Grund", WHO)
    first = coordinator.get("/admin/moderation/").content.decode()
    assert "Seite 1 von 2" in first
    second = coordinator.get("/admin/moderation/?p=2").content.decode()
    assert ("Paket 2" in second, "Paket 0" in second) == (True, False)


def test_the_preview_shows_the_whole_document_of_what_is_held_and_counts_nothing(
    coordinator, entry, monkeypatch
):
    from hub.site.reach.counting import buffer

    overlay.hold(entry.object_id, "Grund", WHO)
    buffer.take()
    page = coordinator.get(f"{address(entry)}vorschau/").content.decode()
    assert "<h1" in page
    assert "Ziel" not in page
    assert "Was Sensorpaket misst." in page
    assert "Vorschau" in page
    assert not buffer.take()
    assert CatalogueEntry.objects.get().overlay == Overlay.HELD


def test_the_page_of_a_received_item_leads_those_who_may_to_its_moderation(coordinator, client, entry):
    path = entry.get_absolute_url()
    assert address(entry) in coordinator.get(path).content.decode()
    assert "/admin/moderation/" not in client.get(path).content.decode()
    town = add_town_here("07314000", "Ludwigshafen")
    own = entry_of(add_report(town.section, "Eigener Bericht"))
    assert "/admin/moderation/koblenz" not in coordinator.get(own.path).content.decode()
    assert "/admin/moderation/koblenz" not in browser_of(town.editor).get(path).content.decode()


def test_the_log_is_filtered_and_given_out_as_a_table_without_formulas(coordinator, koblenz):
    one, two = send(koblenz, "=HYPERLINK(1)"), send(koblenz, "Sensorpaket")
    overlay.hide(one.object_id, "Werbung", WHO)
    overlay.label(two.object_id, "Zahlen von 2019", "Rückmeldung", WHO)
    all_of_it = coordinator.get("/admin/moderation/protokoll/").content.decode()
    assert ("Werbung" in all_of_it, "Rückmeldung" in all_of_it) == (True, True)
    some = coordinator.get("/admin/moderation/protokoll/?art=label&q=sensor+2019").content.decode()
    assert ("Werbung" in some, "Rückmeldung" in some) == (False, True)
    assert coordinator.get("/admin/moderation/protokoll/?art=unsinn&q=%00").status_code == 200
    response = coordinator.get("/admin/moderation/protokoll.csv?art=hide")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].split(";")[0] == "Wann"
    assert len(lines) == 2
    assert "'=HYPERLINK(1)" in lines[1]
    assert "Werbung" in lines[1]


def test_only_operators_turn_the_review_of_a_peer_on_and_off(coordinator, operator, koblenz, peer):
    path = "/admin/moderation/instanz/koblenz/"
    assert coordinator.post(path, {"choice": "on"})["Location"] == "/admin/"
    assert not Peer.objects.get().review_first
    assert "Anschalten" in operator.get(path).content.decode()
    assert "zurückgehalten" in said(operator.post(path, {"choice": "on"}))
    held = send(koblenz)
    assert "1 Beitrag ist zurzeit zurückgehalten" in operator.get(path).content.decode()
    operator.post(path, {"choice": "unsinn"})
    assert Peer.objects.get().review_first
    assert "1 Beitrag ist freigegeben" in said(operator.post(path, {"choice": "release"}))
    assert Client().get(held.get_absolute_url()).status_code == 200
    assert not Peer.objects.get().review_first
    assert operator.get("/admin/moderation/instanz/unbekannt/").status_code == 404


def test_editors_and_authors_have_no_moderation(entry):
    town = add_town_here()
    for browser in (browser_of(town.editor), browser_of(add_person("autor@trier.example", town.body))):
        assert "/admin/moderation/" not in browser.get("/admin/").content.decode()
        for path in ("/admin/moderation/", "/admin/moderation/protokoll/", address(entry)):
            assert browser.get(path)["Location"] == "/admin/"
        assert browser.post(address(entry), {"action": "hide", "reason": "Grund"})["Location"] == "/admin/"
    assert not ModerationAct.objects.exists()


def test_the_menu_leads_coordinators_there(coordinator):
    assert "/admin/moderation/" in coordinator.get("/admin/").content.decode()
