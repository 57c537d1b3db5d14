"""Collections: put together, shared, and printed as one PDF."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Audience, Viewer
from hub.errors import Overloaded
from hub.files.storage import content_storage
from hub.site.collecting import printing
from hub.site.collecting.chosen import MOST, Chosen, clean_title, read_list
from hub.site.collecting.models import PrintedCollection, PrintState
from hub.site.collecting.tasks import print_one
from tests.factories.people import add_operator
from tests.theme.entries import add_bodies, add_entry, make_document
from tests.wire.content import use_storage

pytestmark = pytest.mark.django_db

CHANGE, ORDER = "/sammlung/aendern/", "/sammlung/druck/"


@pytest.fixture(autouse=True)
def content(tmp_path: Any, settings: Any) -> None:
    use_storage(settings, tmp_path)


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def add(*titles: str, **fields: Any) -> list[CatalogueEntry]:
    return [add_entry(make_document(title, **fields)) for title in titles]


def collect(client: Client, *entries: CatalogueEntry) -> None:
    for entry in entries:
        assert client.post(f"/sammlung/{entry.uuid}/aufnehmen/").status_code == 302


def page_of(client: Client) -> str:
    return html.unescape(" ".join(client.get("/sammlung/").content.decode().split()))


def titles_of(client: Client) -> list[str]:
    listed = client.get("/sammlung/").context["records"]
    return [entry.title if entry else "" for _key, entry in listed]


def list_of(*entries: CatalogueEntry) -> str:
    return Chosen("", tuple(entry.uuid for entry in entries)).list


def order(client: Client, *entries: CatalogueEntry, title: str = "Für den Rat") -> PrintedCollection:
    response = client.post(ORDER, {"titel": title, "liste": list_of(*entries)})
    return PrintedCollection.objects.get(pk=response["Location"].split("/")[3])


def read(client: Client, printed: PrintedCollection) -> PdfReader:
    response = client.get(f"/sammlung/druck/{printed.pk}/sammlung.pdf")
    assert response.status_code == 200
    return PdfReader(io.BytesIO(b"".join(response.streaming_content)))


def test_guests_collect_from_the_page_of_a_document_and_are_led_back(client: Client) -> None:
    (entry,) = add("Sensorik")
    address = entry.get_absolute_url()
    assert f'action="/sammlung/{entry.uuid}/aufnehmen/"' in client.get(address).content.decode()
    response = client.post(f"/sammlung/{entry.uuid}/aufnehmen/", {"next": address + "?sprache=de"})
    assert response["Location"] == address + "?sprache=de"
    assert "In Ihrer Sammlung liegt 1 Beitrag." in client.get(address).content.decode()
    assert titles_of(client) == ["Sensorik"]


def test_the_page_of_a_document_sets_no_cookie(client: Client) -> None:
    (entry,) = add("Sensorik")
    assert not client.get(entry.get_absolute_url()).cookies


def test_nobody_is_led_to_another_site(client: Client) -> None:
    (entry,) = add("Sensorik")
    response = client.post(f"/sammlung/{entry.uuid}/aufnehmen/", {"next": "https://evil.example/"})
    assert response["Location"] == entry.get_absolute_url()


def test_forms_of_other_sites_are_refused_and_start_no_session(client: Client) -> None:
    (entry,) = add("Sensorik")
    for origin in ("https://evil.example", "null"):
        response = client.post(f"/sammlung/{entry.uuid}/aufnehmen/", headers={"origin": origin})
        assert response.status_code == 403
        assert not response.cookies
    own = client.post(f"/sammlung/{entry.uuid}/aufnehmen/", headers={"origin": "http://testserver"})
    assert own.status_code == 302


def test_what_a_reader_may_not_read_is_not_collected(client: Client) -> None:
    (entry,) = add("Geheim", audience=Audience.MEMBERS)
    assert client.post(f"/sammlung/{entry.uuid}/aufnehmen/").status_code == 404
    assert client.post(f"/sammlung/{uuid.uuid4()}/aufnehmen/").status_code == 404
    assert client.get(f"/sammlung/{entry.uuid}/aufnehmen/").status_code == 405
    assert titles_of(client) == []


def test_nothing_is_collected_twice_and_no_more_than_fit(client: Client) -> None:
    entries = add(*(f"Beitrag {n}" for n in range(MOST + 1)))
    collect(client, entries[0], *entries)
    assert titles_of(client) == [f"Beitrag {n}" for n in range(MOST)]
    client.post(f"/sammlung/{entries[-1].uuid}/aufnehmen/")
    assert "Ihre Sammlung ist voll: 30 Beiträge haben Platz." in page_of(client)


def test_the_order_is_changed_and_what_was_typed_is_kept(client: Client) -> None:
    a, b, c = add("A", "B", "C")
    collect(client, a, b, c)
    client.post(CHANGE, {"aktion": f"hoch:{c.uuid.hex}", "titel": "Halb getippt"})
    assert titles_of(client) == ["A", "C", "B"]
    client.post(CHANGE, {"aktion": f"runter:{a.uuid.hex}"})
    assert titles_of(client) == ["C", "A", "B"]
    client.post(CHANGE, {"aktion": f"entfernen:{a.uuid.hex}"})
    assert titles_of(client) == ["C", "B"]
    assert 'value="Halb getippt"' in page_of(client)


def test_after_a_move_one_goes_on_at_the_same_contribution(client: Client) -> None:
    a, b, c = add("A", "B", "C")
    collect(client, a, b, c)
    page_of(client)
    response = client.post(CHANGE, {"aktion": f"hoch:{c.uuid.hex}"})
    assert response["Location"] == f"/sammlung/#beitrag-{c.uuid}"
    page = page_of(client)
    assert f'id="beitrag-{c.uuid}" tabindex="-1"' in page
    assert "„C“ steht jetzt an 2. Stelle." in page


def test_after_a_removal_one_goes_on_at_the_next_contribution(client: Client) -> None:
    a, b, c = add("A", "B", "C")
    collect(client, a, b, c)
    places = [(b, f"#beitrag-{c.uuid}"), (c, f"#beitrag-{a.uuid}"), (a, "")]
    for entry, place in places:
        response = client.post(CHANGE, {"aktion": f"entfernen:{entry.uuid.hex}"})
        assert response["Location"] == f"/sammlung/{place}"
        assert f"„{entry.title}“ ist entfernt." in page_of(client)


def test_what_was_added_is_said_beside_the_button_with_the_way_to_the_collection(client: Client) -> None:
    (entry,) = add("Sensorik")
    address = entry.get_absolute_url()
    assert f'value="{address}#mitnehmen"' in client.get(address).content.decode()
    collect(client, entry)
    page = client.get(address).content.decode()
    section = page[page.index('id="mitnehmen"') :]
    assert 'liegt 1 Beitrag. <a href="/sammlung/">Zur Sammlung</a>' in section


@pytest.mark.parametrize(
    "action", ["", "unsinn", "hoch", "hoch:", "hoch:keine", "entfernen:" + "0" * 32, "runter:../../x"]
)
def test_an_order_that_means_nothing_changes_nothing(client: Client, action: str) -> None:
    collect(client, *add("A", "B"))
    assert client.post(CHANGE, {"aktion": action}).status_code == 302
    assert titles_of(client) == ["A", "B"]


def test_the_last_change_can_be_taken_back_once(client: Client) -> None:
    collect(client, *add("A", "B"))
    client.post(CHANGE, {"aktion": "leeren"})
    assert "Noch ist nichts gesammelt." in page_of(client)
    assert "Letzte Änderung rückgängig machen" in page_of(client)
    client.post(CHANGE, {"aktion": "rueckgaengig"})
    assert titles_of(client) == ["A", "B"]
    assert "rückgängig" not in page_of(client)


def test_a_shared_address_holds_the_list(client: Client) -> None:
    entries = add("A", "B")
    collect(client, *entries)
    client.post(CHANGE, {"aktion": "titel", "titel": "Für den Ausschuss"})
    address = re.search(r'value="http://mainz.localhost:8001(/sammlung/geteilt/[^"]+)"', page_of(client))
    assert address is not None
    other = Client(headers={"accept-language": "de"})
    page = other.get(address[1]).content.decode()
    assert "<h1>Für den Ausschuss</h1>" in page
    assert page.index(">A</a>") < page.index(">B</a>")
    other.post(CHANGE, {"aktion": "uebernehmen", "titel": "Meins", "liste": list_of(*entries)})
    assert titles_of(other) == ["A", "B"]


def test_a_shared_list_shows_what_the_reader_may_read(client: Client) -> None:
    (public,), (hidden,) = add("Offen"), add("Geheim", audience=Audience.MEMBERS)
    page = client.get(f"/sammlung/geteilt/?liste={list_of(public, hidden)}").content.decode()
    assert ">Offen</a>" in page
    assert "Geheim" not in page
    assert "1 Beitrag der Liste ist hier nicht lesbar oder nicht für Sie." in page


@pytest.mark.parametrize("query", ["", "?liste=", "?liste=%00;--", "?titel=%0d%0aX&liste=" + "f" * 5000])
def test_a_broken_shared_address_says_so(client: Client, query: str) -> None:
    page = client.get(f"/sammlung/geteilt/{query}").content.decode()
    assert "Diese Adresse enthält keine Liste." in page


def test_lists_and_titles_are_cut_to_what_fits() -> None:
    keys = [uuid.uuid4() for _ in range(50)]
    assert read_list(".".join(key.hex for key in keys)) == tuple(keys[:MOST])
    assert read_list(f"{keys[0].hex}.{keys[0].hex}") == (keys[0],)
    assert clean_title("  ein\x00 \u202etitel\n" + "x" * 300) == ("ein titel " + "x" * 300)[:120]


def test_a_collection_becomes_one_pdf_with_its_contents(client: Client) -> None:
    entries = add("Größe", "Ämter", demo=True)
    printed = order(client, *entries, title="Für den Überblick")
    waiting = client.get(f"/sammlung/druck/{printed.pk}/")
    assert "0 von 2 Beiträgen sind gesetzt" in waiting.content.decode()
    assert 'src="/static/site/printing.js"' in waiting.content.decode()
    assert ProcrastinateJob.objects.get(task_name="site.print_collection").args == {"key": str(printed.pk)}
    print_one(str(printed.pk))
    ready = client.get(f"/sammlung/druck/{printed.pk}/").content.decode()
    assert "Das PDF ist fertig." in ready
    assert "printing.js" not in ready
    pdf = read(client, printed)
    assert (pdf.metadata or {})["/Title"] == "Für den Überblick"
    assert [each["/Title"] for each in pdf.outline if not isinstance(each, list)] == [
        "Für den Überblick",
        "Größe",
        "Ämter",
    ]
    pages = [page.extract_text() for page in pdf.pages]
    assert "2 Beiträge aus dem Wissenshub Mainz" in pages[0]
    second = next(n for n, text in enumerate(pages, 1) if n > 2 and "\nÄmter\n" in text)
    assert re.search(rf"Größe\s*\.*\s*3\b[\s\S]*Ämter\s*\.*\s*{second}\b", pages[1])
    assert all("DEMO – fiktiv" in text for text in pages[2:])


def test_a_collection_without_a_title_is_told_apart_by_its_day(client: Client) -> None:
    title = order(client, *add("A"), title=" ").title
    assert re.fullmatch(r"Sammlung vom \d{1,2}\. \w+ \d{4}", title)


def test_the_title_typed_before_printing_stays_in_the_collection(client: Client) -> None:
    entries = add("A")
    collect(client, *entries)
    order(client, *entries, title="Eben getippt")
    assert 'value="Eben getippt"' in page_of(client)


def test_nothing_is_printed_of_nothing(client: Client) -> None:
    (hidden,) = add("Geheim", audience=Audience.MEMBERS)
    for wanted in ("", list_of(hidden)):
        assert client.post(ORDER, {"liste": wanted})["Location"] == "/sammlung/"
    assert "Es gibt noch nichts zu drucken" in page_of(client)
    assert not PrintedCollection.objects.exists()


def test_what_is_withdrawn_meanwhile_is_left_out_and_named(client: Client) -> None:
    kept, gone = add("Bleibt", "Geht")
    printed = order(client, kept, gone)
    CatalogueEntry.objects.filter(pk=gone.pk).update(state=State.WITHDRAWN)
    print_one(str(printed.pk))
    pages = [page.extract_text() for page in read(client, printed).pages]
    assert "Weggelassen" in pages[1]
    assert str(gone.uuid) in pages[1].replace("\n", "")
    assert not any("Geht" in text for text in pages)


def test_only_who_may_read_as_much_gets_it(client: Client) -> None:
    (entry,) = add("Geheim", audience=Audience.MEMBERS)
    operator = Client(headers={"accept-language": "de"})
    operator.force_login(add_operator())
    printed = order(operator, entry)
    print_one(str(printed.pk))
    assert read(operator, printed)
    for address in (f"/sammlung/druck/{printed.pk}/", f"/sammlung/druck/{printed.pk}/sammlung.pdf"):
        refused = client.get(address)
        assert refused.status_code == 404
        assert "Für den Rat" not in refused.content.decode()
    assert client.get(f"/sammlung/druck/{uuid.uuid4()}/").status_code == 404


def test_a_pdf_that_is_not_made_yet_is_not_there(client: Client) -> None:
    printed = order(client, *add("A"))
    assert client.get(f"/sammlung/druck/{printed.pk}/sammlung.pdf").status_code == 404


def test_the_same_list_is_not_queued_twice(client: Client) -> None:
    entries = add("A", "B")
    assert order(client, *entries) == order(client, *entries)
    assert ProcrastinateJob.objects.filter(task_name="site.print_collection").count() == 1
    assert order(client, *reversed(entries)) != order(client, *entries)


def test_too_many_at_once_are_asked_to_come_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST_WAITING", 1)
    a, b = add("A", "B")
    order(client, a)
    assert client.post(ORDER, {"liste": list_of(b)})["Location"] == "/sammlung/"
    assert "Gerade werden viele Sammlungen erstellt." in page_of(client)
    with pytest.raises(Overloaded):
        printing.order_print(Chosen("X", (b.uuid,)), Viewer.anonymous(), "de")


def test_a_failure_is_said_and_can_be_tried_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    (entry,) = add("A")
    printed = order(client, entry)

    def fail(*_arguments: object) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(printing, "make_pdf", fail)
    print_one(str(printed.pk))
    page = client.get(f"/sammlung/druck/{printed.pk}/").content.decode()
    assert "Das PDF konnte nicht erstellt werden." in page
    assert f'name="liste" value="{entry.uuid.hex}"' in page
    monkeypatch.undo()
    again = order(client, entry)
    print_one(str(again.pk))
    assert (printed.state, len(read(client, again).pages) > 2) == (PrintState.WAITING, True)


def test_a_job_that_comes_late_or_twice_does_nothing(client: Client) -> None:
    printed = order(client, *add("A"))
    print_one(str(printed.pk))
    before = PrintedCollection.objects.get().digest
    print_one(str(printed.pk))
    print_one(str(uuid.uuid4()))
    assert PrintedCollection.objects.get().digest == before


def test_after_a_day_it_is_deleted_with_its_file(client: Client) -> None:
    printed = order(client, *add("A"))
    print_one(str(printed.pk))
    name = f"printed/{printed.pk}.pdf"
    assert content_storage().exists(name)
    assert printing.clear_prints(timezone.now()) == 0
    assert printing.clear_prints(timezone.now() + dt.timedelta(days=1, minutes=1)) == 1
    assert not content_storage().exists(name)
    assert client.get(f"/sammlung/druck/{printed.pk}/").status_code == 404


def test_what_nobody_made_within_an_hour_has_failed(client: Client) -> None:
    printed = order(client, *add("A"))
    printing.clear_prints(timezone.now() + dt.timedelta(hours=1, minutes=1))
    assert PrintedCollection.objects.get(pk=printed.pk).state == PrintState.FAILED


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_as_much_for_one_as_for_twelve(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    entries = add(*(f"Beitrag {n}" for n in range(number)))
    collect(client, *entries)
    client.get("/sammlung/")
    with django_assert_num_queries(3):
        client.get("/sammlung/")
    with django_assert_num_queries(2):
        Client().get(f"/sammlung/geteilt/?liste={list_of(*entries)}")


@pytest.mark.parametrize(("limit", "length"), [("LARGEST_PAGE", 100), ("LARGEST_COLLECTION", 100)])
def test_what_is_too_long_for_a_collection_is_left_out_and_named(
    client: Client, monkeypatch: pytest.MonkeyPatch, limit: str, length: int
) -> None:
    (entry,) = add("A")
    monkeypatch.setattr(printing, limit, length)
    printed = order(client, entry)
    print_one(str(printed.pk))
    text = " ".join(page.extract_text() for page in read(client, printed).pages)
    assert str(entry.uuid) in "".join(text.split())
    assert "zu lang" in " ".join(text.split())
