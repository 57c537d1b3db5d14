"""Collections as PDF: nothing is made twice in vain, and nobody fills the queue or the disk."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry
from hub.files.storage import content_storage
from hub.site.collecting import printing
from hub.site.collecting.models import PrintedCollection, PrintState
from hub.site.collecting.tasks import print_one
from tests.factories.people import add_operator
from tests.site.test_collecting import ORDER, add, list_of
from tests.theme.entries import add_bodies
from tests.wire.content import files_in, use_storage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def content(tmp_path: Any, settings: Any) -> Any:
    cache.clear()
    add_bodies()
    return use_storage(settings, tmp_path)


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "de"})


def send(client: Client, *entries: CatalogueEntry, title: str = "Für den Rat", **headers: str) -> Any:
    return client.post(ORDER, {"titel": title, "liste": list_of(*entries)}, headers=headers)


def order(client: Client, *entries: CatalogueEntry, **options: str) -> PrintedCollection:
    response = send(client, *entries, **options)
    return PrintedCollection.objects.get(pk=response["Location"].split("/")[3])


def test_the_same_list_of_unchanged_records_is_made_once(client: Client) -> None:
    entries = add("Pegel", "Parken")
    first = order(client, *entries)
    print_one(str(first.pk))
    again = order(Client(headers={"accept-language": "de"}), *entries)
    assert (again.pk, again.state) == (first.pk, PrintState.READY)
    assert PrintedCollection.objects.count() == 1
    others = [order(client, *reversed(entries)), order(client, entries[0])]
    others.append(order(client, *entries, title="Anders"))
    assert len({first.pk, *(each.pk for each in others)}) == 4


def test_a_changed_record_is_printed_anew(client: Client) -> None:
    [entry] = add("Pegel")
    first = order(client, entry)
    print_one(str(first.pk))
    entry.digest, entry.position = "sha256:" + "1" * 64, entry.position + 1_000
    entry.save()
    second = order(client, entry)
    assert second.pk != first.pk
    assert second.state == PrintState.WAITING


def test_who_may_read_more_gets_a_pdf_of_their_own(client: Client) -> None:
    [entry] = add("Pegel")
    first = order(client, entry)
    operator = Client(headers={"accept-language": "de"})
    operator.force_login(add_operator())
    assert order(operator, entry).pk != first.pk


def test_a_pdf_whose_file_is_gone_or_that_is_about_to_be_deleted_is_made_again(client: Client) -> None:
    [entry] = add("Pegel")
    first = order(client, entry)
    print_one(str(first.pk))
    content_storage().delete(f"printed/{first.pk}.pdf")
    assert order(client, entry).state == PrintState.WAITING
    print_one(str(first.pk))
    PrintedCollection.objects.update(created=timezone.now() - dt.timedelta(hours=23, minutes=30))
    assert order(client, entry).state == PrintState.WAITING
    assert PrintedCollection.objects.get().created > timezone.now() - dt.timedelta(minutes=1)


def test_one_sender_has_three_waiting_at_most(client: Client) -> None:
    entries = add("A", "B", "C", "D")
    made = [order(client, entry) for entry in entries[:3]]
    answer = send(client, entries[3])
    assert answer["Location"] == "/sammlung/"
    assert "drei Sammlungen" in client.get("/sammlung/").content.decode()
    assert PrintedCollection.objects.count() == 3
    assert order(client, entries[0]) == made[0], "what waits already is shown, whatever else waits"
    print_one(str(made[0].pk))
    order(client, entries[3])


def test_a_person_behind_the_same_address_is_counted_alone(client: Client) -> None:
    entries = add("A", "B", "C", "D")
    for entry in entries[:3]:
        order(client, entry)
    person = Client(headers={"accept-language": "de"})
    person.force_login(add_operator())
    order(person, entries[3])


def test_one_sender_has_ten_made_in_an_hour(client: Client) -> None:
    entries = add(*(f"Bericht {number}" for number in range(11)))
    for entry in entries[:10]:
        order(client, entry)
        PrintedCollection.objects.update(state=PrintState.FAILED)
    assert send(client, entries[10])["Location"] == "/sammlung/"
    assert "eine Stunde" in client.get("/sammlung/").content.decode()
    assert PrintedCollection.objects.count() == 10


def test_the_oldest_go_when_too_many_are_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch, content: Any
) -> None:
    monkeypatch.setattr(printing, "MOST_KEPT", 2)
    made = []
    for entry in add("A", "B", "C"):
        made.append(order(client, entry))
        print_one(str(made[-1].pk))
    assert set(PrintedCollection.objects.values_list("pk", flat=True)) == {made[1].pk, made[2].pk}
    assert sorted(files_in(content)) == sorted(f"printed/{each.pk}.pdf" for each in made[1:])
