"""Cutting documents into passages: where they begin and end, and that each is quoted exactly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.documents import Block, Case, Costs, Document, Section, Text
from search.answers.case_facts import COSTS_ANCHOR
from search.answers.passages import (
    JOINT,
    SUMMARY_ANCHOR,
    TARGET_LENGTH,
    PassageText,
    cut_passages,
    is_quoted_from,
)

ID = "http://koblenz.example/id/0b6c1e3e-0000-4000-8000-000000000001"


def document(*sections: Section, **fields: object) -> Document:
    texts = {"de": Text(title="Titel", sections=sections)}
    return Document(**{"id": ID, "kind": "case_report", "texts": texts, **fields})


def part(name: str, *texts: str, kind: str = "text") -> Section:
    blocks = tuple(Block(anchor=f"{name}-{n}", text=text, kind=kind) for n, text in enumerate(texts, 1))
    return Section(anchor=name, heading=name.title(), blocks=blocks)


def test_small_neighbours_merge_within_a_section_only() -> None:
    first, second, third = "a" * 400, "b" * 400, "c" * 400
    found = cut_passages(document(part("ziel", first, second, third), part("verlauf", "kurz")))
    assert found == [
        PassageText("de", 0, "ziel-1", "Titel", "Ziel", first + JOINT + second),
        PassageText("de", 1, "ziel-3", "Titel", "Ziel", third),
        PassageText("de", 2, "verlauf-1", "Titel", "Verlauf", "kurz"),
    ]


def test_a_long_block_stays_whole() -> None:
    long = "Wort " * 500
    assert [passage.text for passage in cut_passages(document(part("ziel", "kurz", long, "ende")))] == [
        "kurz",
        long,
        "ende",
    ]


def test_pictures_and_empty_blocks_are_no_wording() -> None:
    blocks = (
        Block(anchor="p1", text="Vor dem Bild."),
        Block(anchor="p2", kind="picture", text="Ein Diagramm", digest="sha256:" + "0" * 64),
        Block(anchor="p3", text="  "),
        Block(anchor="p4", text="Nach dem Bild."),
    )
    held = document(Section(anchor="s", heading="S", blocks=blocks))
    (passage,) = cut_passages(held)
    assert passage.text == "Vor dem Bild.\n\nNach dem Bild."
    assert is_quoted_from(passage.text, held, "de")


def test_each_language_is_cut_by_itself_and_facts_stand_once() -> None:
    held = document(
        texts={
            "de": Text(title="Titel", sections=(part("ziel", "Schneller werden."),)),
            "en": Text(title="Title", sections=(part("ziel", "Be faster."),)),
        },
        case=Case(legal_basis="§ 24 SGB VIII", works_council=" "),
        costs=Costs(once_eur=42_000, person_days=12, note="Einmalig 42.000 €."),
    )
    assert [(p.language, p.number, p.anchor, p.heading, p.text) for p in cut_passages(held)] == [
        ("de", 0, "ziel-1", "Ziel", "Schneller werden."),
        ("de", 1, "fakt-once-eur", "Kosten",
         "Kosten einmalig: 42.000\u00a0€\nEigener Aufwand: 12 Personentage"),
        ("de", 2, COSTS_ANCHOR, "Kosten", "Einmalig 42.000 €."),
        ("de", 3, "fakt-legal-basis", "Rechtsgrundlage", "§ 24 SGB VIII"),
        ("en", 0, "ziel-1", "Ziel", "Be faster."),
    ]  # fmt: skip


def test_the_summary_is_a_passage_in_each_language() -> None:
    held = document(
        texts={
            "de-simple": Text(title="Titel", summary="Es geht schneller."),
            "en": Text(title="Title", summary="It is faster now.", sections=(part("ziel", "Be faster."),)),
            "fr": Text(title="Titre", summary=" "),
        }
    )
    assert [(p.language, p.number, p.anchor, p.heading, p.text) for p in cut_passages(held)] == [
        ("de-simple", 0, SUMMARY_ANCHOR, "Zusammenfassung", "Es geht schneller."),
        ("en", 0, "ziel-1", "Ziel", "Be faster."),
        ("en", 1, SUMMARY_ANCHOR, "Summary", "It is faster now."),
    ]
    assert is_quoted_from("It is faster now.", held, "en")
    assert not is_quoted_from("It is faster now.", held, "de-simple")


@given(st.lists(st.lists(st.text(min_size=1, max_size=700), max_size=6), max_size=4))
def test_every_passage_is_quoted_exactly_and_nothing_is_lost(texts: list[list[str]]) -> None:
    held = document(*(part(f"s{n}", *blocks) for n, blocks in enumerate(texts)))
    passages = cut_passages(held)
    for passage in passages:
        assert is_quoted_from(passage.text, held, "de")
        assert len(passage.text) <= TARGET_LENGTH or passage.text in {
            text for blocks in texts for text in blocks
        }
    filled = [text for blocks in texts for text in blocks if text.strip()]
    assert JOINT.join(passage.text for passage in passages) == JOINT.join(filled)


def test_a_changed_character_is_no_quotation() -> None:
    held = document(part("ziel", "Es kostet 42.000 €."), part("verlauf", "Danach."))
    assert is_quoted_from("Es kostet 42.000 €.", held, "de")
    assert not is_quoted_from("Es kostet 43.000 €.", held, "de")
    assert not is_quoted_from("Es kostet 42.000 €.\n\nDanach.", held, "de")  # crosses a section
    assert not is_quoted_from("Es kostet 42.000 €.", held, "en")
    assert not is_quoted_from("", held, "de")
