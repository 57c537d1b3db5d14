"""Page in, document out."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.models import Locale, Page

from content.models import BodyPage, CaseReportPage, CaseShare, ModulePage
from hub.catalogue.models import CatalogueEntry
from hub.documents import (
    Attachment,
    Audience,
    Block,
    Case,
    Contact,
    Costs,
    CostShare,
    Document,
    Module,
    Relation,
    Section,
    Text,
)
from tests.content.conftest import SVG, paragraph, stream

ORIGIN = "http://mainz.localhost:8001"
OTHER = "http://trier.localhost:8004/id/6b0a1d61-76b4-4bd2-8f5b-8dcd3a1c0b55"


def add_report(section, **fields):
    facts = {"title": "Bericht", "summary": "Kurz.", "pitfalls": paragraph("<p>Alles dauerte länger.</p>")}
    return section.add_child(instance=CaseReportPage(**{**facts, "locale": section.locale, **fields}))


def test_a_full_case_report(section, body, svg, table_file):
    other = add_report(section, title="Vorläufer")
    page = add_report(
        section,
        title="Sensoren",
        summary="Was sie brachten.",
        topics=["smart-city", "mobilitaet"],
        audience="members",
        demo=True,
        contact_role="Verkehrsplanung",
        contact_email="verkehr@koblenz.demo.invalid",
        picture=svg,
        picture_alt="Ein Quadrat",
        situation=stream(
            ("paragraph", f'<p>Siehe <a linktype="page" id="{other.pk}">dort</a>.</p><ul><li>a</li></ul>'),
            ("picture", {"image": svg.pk, "alt": "Balken", "caption": "Messung"}),
            ("quote", {"text": "Gut & richtig", "source": "Ausschuss", "address": "https://x.example/b"}),
            ("code", "a < b"),
            (
                "table",
                {
                    "columns": [{"type": "text", "heading": "Jahr"}, {"type": "rich", "heading": "Quelle"}],
                    "rows": [
                        {"values": ["2026", f'<p><a linktype="document" id="{table_file.pk}">Liste</a></p>']}
                    ],
                    "caption": "Zahlen",
                },
            ),
        ),
        costs_once=1200,
        costs_monthly=0,
        costs_note="ohne Strom",
        maturity="pilot",
        evidence="measured",
        evidence_date=dt.date(2026, 5, 31),
        software="ChirpStack\n\n MapLibre ",
        started=dt.date(2025, 3, 1),
        files=stream(("file", {"document": table_file.pk, "title": "Die Liste"})),
        relations=stream(
            ("relation", {"type": "derived_from", "page": other.pk, "address": ""}),
            ("relation", {"type": "uses", "page": None, "address": OTHER}),
        ),
    )
    page.shares = [CaseShare(body=body, yearly_eur=None)]
    key = page.translation_key
    picture = hashlib.sha256(SVG).hexdigest()
    csv = hashlib.sha256(b"a;b\n1;2\n").hexdigest()
    csv_name = table_file.filename
    csv_url = f"{ORIGIN}/dateien/{key}/{csv}/{csv_name}"
    svg_name = svg.file.name.rpartition("/")[2]
    table = (
        "<table><caption>Zahlen</caption>"
        '<thead><tr><th scope="col">Jahr</th><th scope="col">Quelle</th></tr></thead>'
        f'<tbody><tr><td>2026</td><td><p><a href="{csv_url}">Liste</a></p></td></tr></tbody></table>'
    )
    quote = '<blockquote><p>Gut &amp; richtig</p><p><cite><a href="https://x.example/b">Ausschuss</a></cite></p></blockquote>'
    situation = (
        Block(
            anchor="ausgangslage-1",
            html=f'<p>Siehe <a href="{ORIGIN}/id/{other.translation_key}">dort</a>.</p>',
            text="Siehe dort.",
        ),
        Block(anchor="ausgangslage-2", html="<ul><li>a</li></ul>", text="a"),
        Block(
            anchor="ausgangslage-3",
            kind="picture",
            text="Balken",
            digest=f"sha256:{picture}",
            caption="Messung",
        ),
        Block(anchor="ausgangslage-4", html=quote, text="Gut & richtig\nAusschuss"),
        Block(anchor="ausgangslage-5", html="<pre><code>a &lt; b</code></pre>", text="a < b"),
        Block(anchor="ausgangslage-6", html=table, text="Zahlen\nJahr | Quelle\n2026 |\nListe"),
    )
    pitfalls = (
        Block(anchor="stolpersteine-1", html="<p>Alles dauerte länger.</p>", text="Alles dauerte länger."),
    )

    assert page.to_document() == Document(
        id=f"{ORIGIN}/id/{key}",
        kind="case_report",
        audience=Audience.MEMBERS,
        publishers=("07111000",),
        texts={
            "de": Text(
                title="Sensoren",
                summary="Was sie brachten.",
                sections=(
                    Section(anchor="ausgangslage", heading="Ausgangslage", blocks=situation),
                    Section(anchor="stolpersteine", heading="Stolpersteine", blocks=pitfalls),
                ),
            )
        },
        topics=("smart-city", "mobilitaet"),
        demo=True,
        contact=Contact(role="Verkehrsplanung", email="verkehr@koblenz.demo.invalid"),
        costs=Costs(
            once_eur=1200,
            monthly_eur=0,
            note="ohne Strom",
            shares=(CostShare(body="07111000", yearly_eur=None),),
        ),
        case=Case(
            maturity="pilot",
            evidence="measured",
            evidence_date=dt.date(2026, 5, 31),
            software=("ChirpStack", "MapLibre"),
            started=dt.date(2025, 3, 1),
        ),
        attachments=(
            Attachment(
                url=f"{ORIGIN}/dateien/{key}/{picture}/{svg_name}",
                name=svg_name,
                media_type="image/svg+xml",
                size=len(SVG),
                digest=f"sha256:{picture}",
                title="Ein Quadrat",
                role="picture",
            ),
            Attachment(
                url=csv_url,
                name=csv_name,
                media_type="text/csv",
                size=8,
                digest=f"sha256:{csv}",
                title="Liste",
            ),
        ),
        relations=(
            Relation(type="derived_from", target=f"{ORIGIN}/id/{other.translation_key}"),
            Relation(type="uses", target=OTHER),
        ),
        picture=f"sha256:{picture}",
    )


def test_a_module_with_free_sections(section):
    text = [{"type": "paragraph", "value": "<p>Text</p>", "id": "1"}]
    page = section.add_child(
        instance=ModulePage(
            title="Handbuch",
            summary="Kurz.",
            module_type="document",
            licence="CC-BY-4.0",
            sections=stream(
                ("section", {"heading": "Größe prüfen", "content": text}),
                ("section", {"heading": "Größe prüfen", "content": text}),
                ("section", {"heading": "Phase 2", "content": text}),
                ("section", {"heading": "Leer", "content": []}),
            ),
        )
    )
    document = page.to_document()
    assert document.module == Module(module_type="document", licence="CC-BY-4.0")
    anchors = [(s.anchor, s.heading, s.blocks[0].anchor) for s in document.text().sections]
    assert anchors == [
        ("s-grosse-prufen", "Größe prüfen", "s-grosse-prufen-1"),
        ("s-grosse-prufen-nr2", "Größe prüfen", "s-grosse-prufen-nr2-1"),
        ("s-phase-2-x", "Phase 2", "s-phase-2-x-1"),
    ]


def test_a_body_page_is_published_by_its_body(section):
    document = section.to_document()
    assert (document.kind, document.publishers, document.text().title) == ("body", ("07111000",), "Koblenz")


def test_a_raster_picture_becomes_a_webp_of_at_most_1200_pixels(section, photo):
    page = add_report(section, picture=photo, picture_alt="Blau")
    first, second = page.to_document(), page.to_document()
    picture = first.attachment(first.picture)
    assert picture is not None
    assert (picture.media_type, picture.name[-5:]) == ("image/webp", ".webp")
    assert photo.get_rendition("max-1200x1200|format-webp").width == 1200
    assert first == second


def test_an_unsafe_svg_that_got_in_is_left_out(section):
    content = ContentFile(SVG.replace(b"<rect", b"<script/><rect"), name="boese.svg")
    unsafe = get_image_model().objects.create(title="x", file=content)
    page = add_report(section, picture=unsafe, picture_alt="x")
    assert page.to_document().attachments == ()
    assert page.to_document().picture == ""


def test_moving_and_renaming_change_nothing(section, home):
    page = add_report(section, title="Bericht")
    before = page.to_document().to_bytes()
    section.slug = "anderswo"
    section.save()
    assert CaseReportPage.objects.get(pk=page.pk).to_document().to_bytes() == before


def test_translations_are_texts_of_one_document(section, home):
    english, _ = Locale.objects.get_or_create(language_code="en")
    page = add_report(section, title="Bericht", costs_once=5, slug="bericht")
    home.copy_for_translation(english)
    section.copy_for_translation(english)
    translated = page.copy_for_translation(english)
    assert list(page.to_document().texts) == ["de"], "a draft translation is no wording"

    translated.title, translated.costs_once = "Report", 99
    translated.save_revision().publish()
    document = page.to_document()
    assert {tag: text.title for tag, text in document.texts.items()} == {"de": "Bericht", "en": "Report"}
    assert document.texts["en"].sections[0].heading == "Pitfalls"
    assert document.costs is not None
    assert document.costs.once_eur == 5
    assert CaseReportPage.objects.get(pk=translated.pk).to_document() == document


def test_an_alias_is_no_wording_and_has_the_id_of_its_original(section):
    page = add_report(section, slug="original")
    alias = page.create_alias(parent=section, update_slug="alias")
    other = add_report(section, situation=paragraph(f'<p><a linktype="page" id="{alias.pk}">x</a></p>'))
    assert f"/id/{page.translation_key}" in other.to_document().text().sections[0].blocks[0].html
    assert list(page.to_document().texts) == ["de"]


def test_a_preview_is_built_from_what_is_typed_and_needs_no_saving(section):
    draft = CaseReportPage(title="Entwurf", summary="", locale=section.locale, translation_key=uuid.uuid4())
    draft.situation = paragraph("<p>Nur ein Gedanke</p>")
    assert draft.to_document().text().sections[0].blocks[0].text == "Nur ein Gedanke"
    assert not CatalogueEntry.objects.exists()


def test_expiry_is_a_day_of_the_document(section):
    page = add_report(section, expire_at=dt.datetime(2027, 1, 31, 23, 30, tzinfo=dt.UTC))
    assert page.to_document().expires == dt.date(2027, 2, 1), "the day in Berlin"


@pytest.mark.parametrize(
    "pitfalls", ["[]", paragraph("<p> </p>"), paragraph("<p>&nbsp;</p>"), stream(("code", "  "))]
)
def test_no_report_goes_live_without_pitfalls(section, pitfalls):
    page = add_report(section, pitfalls=pitfalls, live=False)
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert "„Stolpersteine“" in str(caught.value) or "“Stolpersteine”" in str(caught.value)
    assert not Page.objects.get(pk=page.pk).live


def test_pages_stand_where_they_belong(section, home):
    assert BodyPage.can_create_at(home)
    assert not BodyPage.can_create_at(section)
    assert CaseReportPage.can_create_at(section)
    assert not CaseReportPage.can_create_at(home)
    assert not CaseReportPage.can_create_at(add_report(section))
