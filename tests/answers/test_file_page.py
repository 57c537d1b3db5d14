"""The page of a file's text, where a quotation from a file opens, for readers of its document alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.files.models import FileState, StoredFile
from search.answers.file_passages import file_address
from search.answers.file_views import mark_place
from search.reading.running import FoundPage, Reading
from tests.answers.attached_files import BYLAW, OTHER, attached, of_files
from tests.search.attaching import document, reading
from tests.search.catalogue import store, withdraw
from tests.search.conftest import content, read_as

__all__ = ["content", "read_as"]


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def address(entry: CatalogueEntry, number: int, place: str = "") -> str:
    digest = entry.document.files[0].digest[7:]
    return f"/fragen/datei/{entry.uuid}/{digest}/{number}/" + (f"?stelle={place}" if place else "")


def test_the_page_shows_file_document_original_and_neighbours(client: Client, read_as: Any) -> None:
    read_as(Reading((FoundPage(1, "", "Deckblatt"), FoundPage(3, "", BYLAW), FoundPage(4, "", OTHER))))
    entry = attached(title="Bauen in Mainz")
    digest = entry.document.files[0].digest[7:]
    response = client.get(address(entry, 3, "4-22"))
    page = response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert "noindex" in page
    assert "private" in response["Cache-Control"]
    assert 'Die <mark id="stelle">Stellplatzsatzung </mark>verlangt' in page
    assert "Leitfaden Bauen" in page
    assert "leitfaden.pdf" in page
    assert f'href="{entry.get_absolute_url()}" lang="de">Bauen in Mainz</a>' in page
    assert f'href="/dateien/{entry.uuid}/{digest}/leitfaden.pdf#page=3"' in page
    assert f'rel="prev" href="/fragen/datei/{entry.uuid}/{digest}/1/">Seite 1</a>' in page
    assert f'rel="next" href="/fragen/datei/{entry.uuid}/{digest}/4/">Seite 4</a>' in page
    assert "Das ist der Text, der aus der Datei gelesen wurde" in page
    assert 'rel="prev"' not in client.get(address(entry, 1)).content.decode()
    assert 'rel="next"' not in client.get(address(entry, 4)).content.decode()


@pytest.mark.parametrize("number", [0, 2, 99999999999])
def test_pages_that_do_not_exist_are_not_found(number: int, client: Client, read_as: Any) -> None:
    read_as(reading(BYLAW))
    assert client.get(address(attached(), number)).status_code == 404


@pytest.mark.parametrize(
    "place", ["", "5-3", "0-0", "0-9999999", "-1-5", "1", "x-y", "1-2-3", "٣-٤", "1-2\n"]
)
def test_what_is_no_place_marks_nothing(place: str) -> None:
    assert mark_place("<b>Text</b>", place) == "&lt;b&gt;Text&lt;/b&gt;"


def test_a_part_of_a_passage_is_marked_by_itself(client: Client, read_as: Any) -> None:
    read_as(reading(f"Vorab & <vorn>.\n{BYLAW}"))
    entry = attached()
    (passage,) = of_files()
    url = file_address(entry, passage, "einen Stellplatz")
    page = client.get(url.partition("#")[0]).content.decode()
    assert '<mark id="stelle">einen Stellplatz</mark>' in page
    assert "Vorab &amp; &lt;vorn&gt;." in page
    assert file_address(entry, passage, "steht nicht da") == file_address(entry, passage)


def test_the_page_is_for_readers_of_the_document_alone(
    client: Client, admin_client: Client, read_as: Any
) -> None:
    read_as(reading(BYLAW))
    entry = attached(audience=Audience.INSTANCE)
    page = address(entry, 1)
    assert admin_client.get(page).status_code == 200
    refused = client.get(page)
    assert refused.status_code == 404
    assert "Stellplatzsatzung" not in refused.content.decode()
    withdraw(entry, follow=False)
    assert admin_client.get(page).status_code == 404


def test_the_page_of_a_withdrawn_document_is_gone(client: Client, read_as: Any) -> None:
    read_as(reading(BYLAW))
    entry = attached()
    page = address(entry, 1)
    assert client.get(page).status_code == 200
    withdraw(entry, follow=False)
    assert client.get(page).status_code == 410


def test_a_file_under_another_document_is_not_shown(client: Client, read_as: Any) -> None:
    read_as(reading(BYLAW))
    secret = attached(audience=Audience.INSTANCE)
    public = store(document(title="Offen"))
    digest = secret.document.files[0].digest[7:]
    assert client.get(f"/fragen/datei/{public.uuid}/{digest}/1/").status_code == 404
    assert client.post(address(secret, 1)).status_code == 405


def test_a_refused_file_is_not_shown(client: Client, read_as: Any) -> None:
    read_as(reading(BYLAW))
    entry = attached()
    StoredFile.objects.update(state=FileState.REFUSED)
    assert client.get(address(entry, 1)).status_code == 404
