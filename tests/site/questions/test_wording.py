"""What a question says as a letter, and what of it is published."""

from __future__ import annotations

import pytest

from hub.site.questions.wording import MAY_BE_NAMED, Asked, compose, impersonal, read_question_of


@pytest.mark.parametrize(
    "asked",
    [
        Asked("Warum?"),
        Asked("Warum?", "Weil wir es planen.\n\nSeit Mai."),
        Asked("Warum?", may_be_named=True),
        Asked("Warum?", "Weil.", may_be_named=True),
    ],
)
def test_a_letter_is_read_as_it_was_written(asked):
    assert read_question_of(compose(asked)) == asked


def test_a_question_written_freely_is_its_first_paragraph():
    text = "Guten Tag,\n\nwie lange hat es\ngedauert?\n\nWir planen.\n\nMit freundlichen Grüßen\nEva Muster"
    assert read_question_of(text) == Asked("Wie lange hat es gedauert?", "Wir planen.")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Sehr geehrte Damen und Herren,\nes geht.", "Es geht."),
        ("Liebe Frau Muster,\n\nes geht.", "Es geht."),
        ("Es geht.\n\nViele Grüße aus Worms\nEva Muster", "Es geht."),
        ("Es geht.\nMfG Muster", "Es geht."),
        ("Schreiben Sie an eva.muster@worms.example, wenn es hakt.", "Schreiben Sie an, wenn es hakt."),
        ("Rufen Sie an (0621 504-1234) oder warten Sie.", "Rufen Sie an oder warten Sie."),
        ("Unter +49 621 5041234 weiß man mehr.", "Unter weiß man mehr."),
    ],
)
def test_what_points_to_persons_is_left_out(text, left):
    assert impersonal(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Es kostete 96.400 Euro und 1.180 Euro im Monat.",
        "Seit 01.04.2025 gilt § 21 LDSG, Vorlage 2026/0147.",
        "Hallo-Effekte gibt es nicht, liebe kleine Sensoren schon, sagt der Bericht über zehn Jahre.",
        "Grüße an der Haltestelle 12 fallen weg.",
        "Zeile eins\nZeile zwei",
        "Es dauerte 2024-2026.",
    ],
)
def test_what_does_not_stays(text):
    assert impersonal(text) == text


@pytest.mark.parametrize(
    "text", ["a" * 65 + "@worms.example", "a." * 32 + "a@worms.example", "0621" + " -" * 20 + " 1"]
)
def test_what_is_longer_than_any_address_or_number_is_none(text):
    assert impersonal(text) == text


@pytest.mark.parametrize(
    "address", ["a" * 64 + "@worms.example", "0621 / 50 41 - 234 - 00", "+49 (621) 5041-234"]
)
def test_addresses_and_numbers_as_long_as_they_may_be_are_left_out(address):
    assert impersonal(f"Schreiben Sie an {address} bald.") == "Schreiben Sie an bald."


@pytest.mark.parametrize("sign", ["a", "a.", "0621 -", "0621(", " ", "\t", "( "])
def test_a_long_letter_is_read_to_its_end(sign):
    """If each place were read on to the end of its stretch, this would take hours."""
    assert impersonal("x" + sign * 500_000 + "x").startswith("x")


def test_the_consent_is_no_part_of_what_is_published():
    read = read_question_of(f"Warum?\n\nWeil.\n\n{MAY_BE_NAMED}")
    assert read == Asked("Warum?", "Weil.", may_be_named=True)
