"""Datasets: page in, document out; what publishing needs; the page others read."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from content.models import DatasetPage
from hub.documents import Attachment, Block, Dataset, Distribution, Document, Section, Text
from tests.content.conftest import stream
from tests.content.received import (
    ATTACK,
    ORIGIN,
    QUERIES,
    add_page,
    assert_harmless,
    attacked,
    ids_of,
    local_page,
    publish,
    received_entry,
    received_page,
    section_of,
)

ADDRESS = "https://daten.koblenz.example/parken.geojson"


def distribution(**values: object) -> tuple[str, dict[str, object]]:
    return ("distribution", {"title": "", "format": "", "address": "", "document": None, **values})


def add_dataset(section, **fields) -> DatasetPage:
    values = {
        "licence": "DL-DE-BY-2.0",
        "distributions": stream(distribution(address=ADDRESS, format="GeoJSON")),
    }
    return add_page(section, DatasetPage, **{**values, **fields})


def test_a_page_becomes_a_document(section, table_file):
    page = add_dataset(
        section,
        sections=section_of("Spalten", "<p>Je Zeile ein Platz.</p>"),
        frequency="daily",
        area="Innenstadt",
        starts=dt.date(2025, 1, 1),
        ends=dt.date(2026, 6, 30),
        modified=dt.date(2026, 7, 2),
        distributions=stream(
            distribution(title="Alle Plätze", document=table_file.pk),
            distribution(format="GeoJSON", address=ADDRESS),
        ),
    )
    key, content = page.translation_key, b"a;b\n1;2\n"
    digest = hashlib.sha256(content).hexdigest()
    block = Block(anchor="s-spalten-1", html="<p>Je Zeile ein Platz.</p>", text="Je Zeile ein Platz.")
    assert page.to_document() == Document(
        id=f"{ORIGIN}/id/{key}",
        kind="dataset",
        publishers=("07111000",),
        texts={
            "de": Text(
                title="Parken",
                summary="Kurz.",
                sections=(Section(anchor="s-spalten", heading="Spalten", blocks=(block,)),),
            )
        },
        dataset=Dataset(
            licence="DL-DE-BY-2.0",
            frequency="daily",
            area="Innenstadt",
            starts=dt.date(2025, 1, 1),
            ends=dt.date(2026, 6, 30),
            modified=dt.date(2026, 7, 2),
            distributions=(
                Distribution(title="Alle Plätze", digest=f"sha256:{digest}", format="CSV"),
                Distribution(url=ADDRESS, format="GeoJSON"),
            ),
        ),
        attachments=(
            Attachment(
                url=f"{ORIGIN}/dateien/{key}/{digest}/{table_file.filename}",
                name=table_file.filename,
                media_type="text/csv",
                size=len(content),
                digest=f"sha256:{digest}",
                title="Alle Plätze",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"licence": ""}, "„Lizenz“ fehlt"),
        ({"distributions": "[]"}, "„Bezugswege“ fehlt"),
        ({"distributions": stream(distribution(format="CSV"))}, "entweder eine Webadresse oder eine Datei"),
    ],
)
def test_nothing_is_published_without_licence_and_a_way_to_get_it(section, fields, message):
    page = add_dataset(section, live=False, **fields)
    with pytest.raises(ValidationError) as caught:
        publish(page)
    assert message in str(caught.value)
    assert list(caught.value.message_dict) == list(fields)


def test_an_address_and_a_file_at_once_are_refused(section, table_file):
    both = distribution(address=ADDRESS, document=table_file.pk)
    page = add_dataset(section, live=False, distributions=stream(both))
    with pytest.raises(ValidationError, match="entweder eine Webadresse oder eine Datei"):
        publish(page)


def test_the_block_refuses_what_cannot_be_obtained_but_not_in_a_draft(db):
    block = DatasetPage._meta.get_field("distributions").stream_block.child_blocks["distribution"]
    value = block.to_python({"title": "x", "format": "CSV", "address": "", "document": None})
    with pytest.raises(ValidationError):
        block.clean(value)
    assert block.clean_deferred(value)["title"] == "x"


def test_data_do_not_end_before_they_start(section):
    page = DatasetPage(title="x", summary="x", starts=dt.date(2026, 2, 1), ends=dt.date(2026, 1, 31))
    with pytest.raises(ValidationError, match="nicht enden"):
        page.clean()
    page.ends = dt.date(2026, 2, 1)
    page.clean()


def test_the_database_keeps_the_order_of_days(section):
    page = add_dataset(section, starts=dt.date(2026, 2, 1))
    with pytest.raises(IntegrityError, match="dataset_ends_not_before_start"), transaction.atomic():
        DatasetPage.objects.filter(pk=page.pk).update(ends=dt.date(2026, 1, 31))


@pytest.mark.parametrize("typed", ["cc by 4.0", " CC-BY-4.0 ", "cc_by_4.0", "CC BY-4.0"])
def test_a_licence_is_read_as_it_is_meant(typed):
    field = DatasetPage._meta.get_field("licence").formfield()
    assert field.clean(typed) == "CC-BY-4.0"


@pytest.mark.parametrize("typed", ["freie Nutzung", "CC-BY-4.0 oder MIT", "<script>", "-MIT", "MIT OR"])
def test_what_is_no_licence_identifier_is_refused(typed):
    with pytest.raises(ValidationError, match="kein Lizenzkürzel"):
        DatasetPage._meta.get_field("licence").clean(typed, None)


def test_an_expression_of_licences_is_one(db):
    field = DatasetPage._meta.get_field("licence")
    assert field.clean("EUPL-1.2 OR MIT", None) == "EUPL-1.2 OR MIT"
    assert field.clean("LicenseRef-Stadt", None) == "LicenseRef-Stadt"


def test_the_licences_are_suggested(db):
    markup = str(DatasetPage._meta.get_field("licence").formfield().widget.render("licence", "", {"id": "l"}))
    assert 'list="l-licences"' in markup
    assert '<datalist id="l-licences">' in markup
    assert '<option value="EUPL-1.2">' in markup


@pytest.mark.parametrize("source", ["local", "received"])
def test_readers_find_licence_and_ways_to_get_it(section, table_file, source):
    file, address = distribution(title="Alle Plätze", document=table_file.pk), distribution(address=ADDRESS)
    page = add_dataset(section, distributions=stream(file, address))
    html = local_page(page) if source == "local" else received_page(page.to_document())
    assert '<a href="https://www.govdata.de/dl-de/by-2-0" rel="license noopener noreferrer">' in html
    assert f'<a href="{ADDRESS}" rel="noopener noreferrer">daten.koblenz.example</a>' in html
    assert html.count(">Alle Plätze</a>") == 1, "its file stands there alone"
    assert f"<code>{page.to_document().files[0].digest.partition(':')[2]}</code>" in html
    assert 'id="dateien"' not in html
    assert '<td class="number">8\u00a0B</td>' in html
    assert html.count("unbekannt") >= 6, "format and size of the second, frequency, day, area, period"
    assert {"fakt-licence", "daten", "fakt-area", "fakt-period"} <= ids_of(html)


def test_a_received_document_cannot_smuggle_markup_or_addresses(section):
    ways = [
        {"title": ATTACK, "url": "javascript:alert(1)", "digest": ATTACK, "format": ATTACK},
        {"title": "", "url": "http://[", "format": ""},
    ]
    facts = {"licence": ATTACK, "frequency": ATTACK, "area": ATTACK, "distributions": ways}
    document = add_dataset(section, sections=section_of("A", "<p>a</p>")).to_document()
    html = received_page(attacked(document, "dataset", facts))
    assert_harmless(html)


def test_a_received_dataset_without_its_part_is_shown(section):
    document = add_dataset(section).to_document().model_copy(update={"dataset": None})
    assert "unbekannt" in received_page(document)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_needs_as_many_queries_with_many_distributions_as_with_one(
    section, client, django_assert_num_queries, count
):
    ways = stream(*(distribution(address=ADDRESS, format="CSV") for _ in range(count)))
    address = received_entry(add_dataset(section, distributions=ways).to_document()).get_absolute_url()
    with django_assert_num_queries(QUERIES):
        client.get(address)
