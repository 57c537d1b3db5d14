"""Focus groups: page in, document out; what publishing needs; the page others read."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Locale

from content.models import FocusGroupPage, ModulePage
from hub.documents import Block, Document, Group, Relation, Seat, Section, Text
from hub.municipalities.models import Body
from search.records import Names, build_record
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
from tests.theme.entries import NOW


def seat(key: str | None, role: str = "") -> tuple[str, dict[str, object]]:
    return ("seat", {"body": key, "role": role})


def decision(day: str | None, html: str) -> tuple[str, dict[str, object]]:
    return ("decision", {"decided": day, "text": html})


def add_group(section, **fields) -> FocusGroupPage:
    return add_page(
        section, FocusGroupPage, **{"seats": stream(seat("07111000", "Geodatenstelle")), **fields}
    )


@pytest.fixture
def full_group(section):
    module = add_page(section, ModulePage, title="Sensorpaket", slug="sensorpaket")
    return add_group(
        section,
        sections=section_of("Auftrag", "<p>Sensoren teilen.</p>"),
        seats=stream(seat("07111000", "Geodatenstelle"), seat("07111000")),
        rhythm="monatlich",
        decisions=stream(
            decision("2026-05-12", "<p>Ein <b>Netz</b>.</p><ul><li>für alle</li></ul>"),
            decision(None, "<p>Offen reden.</p>"),
            decision("2025-11-03", "<p>Wir fangen an.</p>"),
            decision("2026-06-01", "<p> </p>"),
        ),
        questions=stream(("question", "<p>Wer haftet?</p>"), ("question", "<p></p>")),
        relations=stream(("relation", {"type": "led_to", "page": module.pk, "address": ""})),
    )


def test_a_page_becomes_a_document(full_group):
    module = ModulePage.objects.get()
    decisions = (
        Block(
            anchor="beschluesse-1",
            html="<h3>Ohne Datum</h3><p>Offen reden.</p>",
            text="Ohne Datum\nOffen reden.",
        ),
        Block(
            anchor="beschluesse-2",
            html="<h3>3. November 2025</h3><p>Wir fangen an.</p>",
            text="3. November 2025\nWir fangen an.",
        ),
        Block(
            anchor="beschluesse-3",
            html="<h3>12. Mai 2026</h3><p>Ein <strong>Netz</strong>.</p><ul><li>für alle</li></ul>",
            text="12. Mai 2026\nEin Netz.\nfür alle",
        ),
    )
    task = Block(anchor="s-auftrag-1", html="<p>Sensoren teilen.</p>", text="Sensoren teilen.")
    question = Block(anchor="offene-fragen-1", html="<p>Wer haftet?</p>", text="Wer haftet?")
    assert full_group.to_document() == Document(
        id=f"{ORIGIN}/id/{full_group.translation_key}",
        kind="focus_group",
        publishers=("07111000",),
        texts={
            "de": Text(
                title="Parken",
                summary="Kurz.",
                sections=(
                    Section(anchor="s-auftrag", heading="Auftrag", blocks=(task,)),
                    Section(anchor="beschluesse", heading="Beschlüsse", blocks=decisions),
                    Section(anchor="offene-fragen", heading="Offene Fragen", blocks=(question,)),
                ),
            )
        },
        group=Group(
            seats=(Seat(body="07111000", role="Geodatenstelle"), Seat(body="07111000")), rhythm="monatlich"
        ),
        relations=(Relation(type="led_to", target=f"{ORIGIN}/id/{module.translation_key}"),),
    )


def test_without_decisions_and_questions_there_are_no_such_sections(section):
    assert add_group(section).to_document().text().sections == ()


@pytest.mark.parametrize("seats", ["[]", stream(seat(None, "Geodatenstelle"))])
def test_a_group_appears_only_with_a_member(section, seats):
    page = add_group(section, live=False, seats=seats)
    with pytest.raises(ValidationError) as caught:
        publish(page)
    assert list(caught.value.message_dict) == ["seats"]
    assert "Noch ist kein Mitglied genannt" in str(caught.value)


def test_two_languages_are_one_document(section, home):
    english, _ = Locale.objects.get_or_create(language_code="en")
    page = add_group(
        section,
        slug="gruppe",
        rhythm="monatlich",
        decisions=stream(decision("2026-05-12", "<p>Ein Netz.</p>")),
    )
    home.copy_for_translation(english)
    section.copy_for_translation(english)
    translated = page.copy_for_translation(english)
    translated.title, translated.seats, translated.rhythm = (
        "Parking",
        stream(seat("07111000", "x")),
        "monthly",
    )
    translated.decisions = stream(decision("2026-05-12", "<p>One network.</p>"))
    publish(translated)
    document = page.to_document()
    assert document.group == Group(seats=(Seat(body="07111000", role="Geodatenstelle"),), rhythm="monatlich")
    (decisions,) = document.texts["en"].sections
    assert (decisions.anchor, decisions.heading) == ("beschluesse", "Decisions")
    assert decisions.blocks[0].text == "May 12, 2026\nOne network."
    assert document.texts["de"].sections[0].blocks[0].text == "12. Mai 2026\nEin Netz."
    assert FocusGroupPage.objects.get(pk=translated.pk).to_document() == document


@pytest.mark.parametrize("source", ["local", "received"])
def test_readers_see_members_decisions_questions_and_results(full_group, source):
    html = local_page(full_group) if source == "local" else received_page(full_group.to_document())
    assert (
        '<li><a href="/kommunen/07111000/">Koblenz</a><span class="relation-type" lang="de">'
        "Geodatenstelle</span></li>" in html
    )
    assert "Stelle unbekannt" in html
    assert '<a href="#beschluesse">3</a>' in html
    assert '<a href="#offene-fragen">1</a>' in html
    assert "<h3>12. Mai 2026</h3>" in html
    assert "monatlich" in html
    assert {"mitglieder", "beschluesse-3", "offene-fragen-1", "ergebnisse", "fakt-rhythm"} <= ids_of(html)


def test_results_lead_to_what_came_of_it(full_group):
    module = ModulePage.objects.get()
    local_page(module)
    html = local_page(full_group)
    results = html[html.index('id="ergebnisse"') : html.index('id="beschluesse"')]
    assert ">Sensorpaket</a>" in results
    assert "Baustein" in results
    assert html.count(">Sensorpaket</a>") == 1, "neither the line nor the relations repeat it"
    assert '<li><a href="#ergebnisse">Ergebnisse</a></li>' in html


def test_a_group_without_results_says_so(section):
    assert "Noch nichts zum Übernehmen" in local_page(add_group(section))


def test_a_received_document_cannot_smuggle_markup(full_group):
    facts = {"seats": [{"body": ATTACK, "role": ATTACK}], "rhythm": ATTACK}
    assert_harmless(received_page(attacked(full_group.to_document(), "group", facts)))


def test_what_somebody_types_is_never_markup(section):
    page = add_group(
        section,
        rhythm=ATTACK,
        seats=stream(seat("07111000", ATTACK)),
        decisions=stream(decision("2026-05-12", f"<p>{ATTACK}</p><script>alert(1)</script>")),
        questions=stream(("question", f'<p onclick="x()">a{ATTACK}</p>')),
    )
    assert_harmless(local_page(page))


def test_a_received_group_without_its_part_is_shown(section):
    document = add_group(section).to_document().model_copy(update={"group": None})
    assert "unbekannt" in received_page(document)


def test_search_finds_offices_decisions_and_questions(full_group):
    record = build_record(full_group.to_document(), source="", changed=NOW, names=Names())
    assert {"monatlich", "Geodatenstelle"} <= set(record.extras)
    assert {"3. November 2025\nWir fangen an.", "Wer haftet?", "Offene Fragen"} <= set(record.bodies)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_needs_as_many_queries_with_many_members_as_with_one(
    section, client, django_assert_num_queries, count
):
    for n in range(count):
        Body.objects.create(key=f"0714{n:04}", name=f"Ort {n}", kind=Body.Kind.CITY)
    seats = stream(*(seat(f"0714{n:04}") for n in range(count)))
    address = received_entry(add_group(section, seats=seats).to_document()).get_absolute_url()
    with django_assert_num_queries(QUERIES):
        client.get(address)
