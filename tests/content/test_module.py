"""A module's releases: each fact stands once, the newest is the current one."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.documents import get_document_model
from wagtail.test.utils.form_data import streamfield

from content.blocks import ReleasesBlock
from content.models import ModulePage
from hub.documents import Attachment, Document, Module, Release, Section, Text
from tests.content.conftest import stream
from tests.content.kinds import (
    ATTACK,
    PAGE_QUERIES,
    add_address,
    editor_of,
    entry_of,
    form_data,
    publish,
    show,
)
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db
DIGEST = "sha256:" + "ab" * 32


def release(version: str, released: str | None = None, notes: str = "", files: tuple[int, ...] = ()):
    listed = [{"type": "item", "value": pk, "id": f"f{n}"} for n, pk in enumerate(files)]
    return ("release", {"version": version, "released": released, "notes": notes, "files": listed})


def module(section, *releases, **fields) -> ModulePage:
    values = {"title": "Handbuch", "summary": "Kurz.", "locale": section.locale, **fields}
    return ModulePage(**values, releases=stream(*releases))


@pytest.fixture
def handbook(db):
    document = get_document_model()(title="Handbuch", file=ContentFile(b"# Neu\n", name="handbuch.md"))
    document.save()
    return document


def test_releases_in_document_out(section, table_file, handbook):
    page = publish(
        section,
        module(
            section,
            release("1.0.0", "2025-02-01", "Erste Fassung", (table_file.pk,)),
            release("2.0.0", "2026-09-14", "Neues Kapitel", (handbook.pk, table_file.pk)),
            module_type="document",
            licence="CC-BY-4.0",
            requirements="Tabellenkalkulation",
            repository="https://gitlab.example/x",
        ),
    )
    csv, md = (hashlib.sha256(content).hexdigest() for content in (b"a;b\n1;2\n", b"# Neu\n"))
    base = f"http://mainz.localhost:8001/dateien/{page.translation_key}"

    def attachment(document, digest: str, media_type: str, size: int) -> Attachment:
        return Attachment(
            url=f"{base}/{digest}/{document.filename}",
            name=document.filename,
            media_type=media_type,
            size=size,
            digest=f"sha256:{digest}",
            title=document.title,
        )

    assert page.to_document() == Document(
        id=f"http://mainz.localhost:8001/id/{page.translation_key}",
        kind="module",
        publishers=("07111000",),
        texts={"de": Text(title="Handbuch", summary="Kurz.")},
        module=Module(
            module_type="document",
            version="2.0.0",
            released=dt.date(2026, 9, 14),
            licence="CC-BY-4.0",
            requirements="Tabellenkalkulation",
            repository="https://gitlab.example/x",
            releases=(
                Release(
                    version="2.0.0",
                    released=dt.date(2026, 9, 14),
                    notes="Neues Kapitel",
                    files=(f"sha256:{md}", f"sha256:{csv}"),
                ),
                Release(
                    version="1.0.0",
                    released=dt.date(2025, 2, 1),
                    notes="Erste Fassung",
                    files=(f"sha256:{csv}",),
                ),
            ),
        ),
        attachments=(
            attachment(table_file, csv, "text/csv", 8),
            attachment(handbook, md, "text/markdown", 6),
        ),
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([("1.0", "2026-01-01"), ("1.1", "2026-02-01")], ["1.1", "1.0"]),
        ([("1.1", "2026-01-01"), ("1.0", "2026-01-01")], ["1.1", "1.0"]),
        ([("2.0", None), ("1.0", "2026-01-01")], ["1.0", "2.0"]),
        ([("2.0", None), ("1.0", None)], ["2.0", "1.0"]),
        ([], []),
    ],
)
def test_the_current_release_is_the_newest_by_day_then_by_order(section, written, expected):
    facts = module(section, *(release(*item) for item in written)).to_document().module
    assert facts is not None
    assert [item.version for item in facts.releases] == expected
    assert facts.version == (expected[0] if expected else "")


def test_a_draft_with_half_a_release_is_previewed_without_it(section):
    facts = module(section, release(""), release("1.0", None, " ")).to_document().module
    assert facts is not None
    assert facts.releases == (Release(version="1.0"),)


@pytest.mark.parametrize("second", ["1.0.0", " 1.0.0 ", "v1.0.0", "V1.0.0"])
def test_a_version_that_occurs_twice_is_refused_at_its_release(second):
    block = ReleasesBlock()
    value = block.to_python([{"type": "release", "value": release(v)[1]} for v in ("1.0.0", second, "2.0.0")])
    with pytest.raises(StreamBlockValidationError) as caught:
        block.clean(value)
    assert set(caught.value.block_errors) == {1}
    assert len(block.clean_deferred(value)) == 3, "a draft is saved as it is"


@pytest.mark.parametrize("releases", [[release("1"), release("1")], [release("  ")]])
def test_no_module_goes_live_with_unclear_versions_however_it_is_saved(section, releases):
    page = module(section, *releases)
    page.live = False
    section.add_child(instance=page)
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert set(caught.value.message_dict) == {"releases"}


def test_the_editor_saves_a_doubled_version_as_draft_and_does_not_publish_it(section):
    admin = editor_of(section)
    block = {"version": "1.0", "released": "", "notes": "", "files": streamfield([])}
    data = form_data(
        module_type="",
        licence="",
        requirements="",
        repository="",
        sections=streamfield([]),
        releases=streamfield([("release", block), ("release", block)]),
    )
    address = add_address(section, "content", "modulepage")
    refused = admin.post(address, data | {"action-publish": "x"})
    assert "releases" in refused.context["form"].errors
    assert not ModulePage.objects.exists()
    assert admin.post(address, data).status_code == 302
    assert not ModulePage.objects.get().live


def test_a_new_module_opens_with_headings_to_fill(section):
    form = editor_of(section).get(add_address(section, "content", "modulepage")).context["form"]
    headings = [child.value["heading"] for child in form["sections"].value()]
    assert headings == ["Was es ist", "So setzen Sie es ein", "Was Sie anpassen", "Grenzen"]


def test_headings_without_content_do_not_appear(section):
    page = publish(section, module(section, sections=stream(("section", {"heading": "Leer", "content": []}))))
    assert page.to_document().text().sections == ()


def test_the_page_shows_each_release_with_its_files_and_checksums(section, table_file, handbook):
    page = publish(
        section,
        module(
            section,
            release("1.0", "2025-02-01", "Erste Fassung", (table_file.pk,)),
            release("2.0", "2026-09-14", "Neues Kapitel", (handbook.pk,)),
        ),
    )
    html = show(entry_of(page))
    assert '<details class="release" id="version-2.0" open>' in html
    assert '<details class="release" id="version-1.0">' in html
    assert html.index("Version 2.0") < html.index("Version 1.0")
    for text in ("Neues Kapitel", "14. September 2026", "handbuch", "6\u00a0B", "8\u00a0B"):
        assert text in html
    assert hashlib.sha256(b"a;b\n1;2\n").hexdigest() in html
    assert 'id="dateien"' not in html, "a file of a release stands with it, not twice"
    assert 'href="#versionen"' in html


def test_a_received_module_shows_its_releases_from_the_document_alone():
    file = Attachment(
        url="x", name="a.csv", media_type="text/csv", size=8_600, digest=DIGEST, title="Tabelle"
    )
    facts = Module(
        version="1.0",
        releases=(
            Release(version="1.0", files=(DIGEST, "sha256:" + "00" * 32), notes=ATTACK),
            Release(version=f"1-0{ATTACK}"),
            Release(version=f"1 0{ATTACK}"),
        ),
    )
    document = make_document(
        origin="http://koblenz.localhost:8002", kind="module", module=facts, attachments=(file,)
    )
    html = show(add_entry(document, source="koblenz"))
    assert "<script>alert" not in html
    assert html.count('class="release"') == 3
    assert len(set(_ids(html))) == len(_ids(html)), "every anchor is there once"
    assert "8,6\u00a0kB" in html


def _ids(html: str) -> list[str]:
    return [part.partition('"')[0] for part in html.split(' id="')[1:]]


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_with_one_release_and_with_thirty(
    client, django_assert_num_queries, number
):
    releases = tuple(Release(version=f"1.{n}", notes="Neu") for n in range(number))
    document = make_document(kind="module", module=Module(releases=releases), topics=())
    entry = add_entry(document, source="koblenz")
    client.get(entry.get_absolute_url())
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(entry.get_absolute_url())


@pytest.mark.parametrize("field", ["title", "summary", "requirements", "contact_role"])
def test_markup_typed_into_a_field_is_shown_as_text(section, field):
    page = publish(section, module(section, release("1", None, ATTACK), **{field: ATTACK}))
    html = show(entry_of(page))
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_sections_are_still_sections(section):
    content = [{"type": "paragraph", "value": "<p>So.</p>", "id": "p"}]
    page = publish(
        section, module(section, sections=stream(("section", {"heading": "Was", "content": content})))
    )
    (only,) = page.to_document().text().sections
    assert isinstance(only, Section)
    assert only.anchor == "s-was"
