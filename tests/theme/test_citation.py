"""How a document is cited."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation

from theme.citation import Citation

CITED = Citation(
    publishers=("Koblenz", "Trier"),
    title="Straßen & Lichter: 50 % gespart?",
    kind="Erfahrungsbericht",
    revision=3,
    day=dt.date(2026, 5, 4),
    licence="CC-BY-4.0",
    address="https://wissen.koblenz.de/id/1",
    language="de",
)


def test_a_citation_names_who_when_what_and_where() -> None:
    assert CITED.text == (
        "Koblenz, Trier (2026): Straßen & Lichter: 50 % gespart? Erfahrungsbericht, Stand 3 vom 4. Mai 2026. "
        "CC-BY-4.0. https://wissen.koblenz.de/id/1"
    )


def test_it_speaks_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert "revision 3 of" in CITED.text


def test_what_is_not_known_is_left_out_or_said() -> None:
    text = replace(CITED, publishers=(), licence="", title="Lichter").text
    assert text.startswith("Herausgabe unbekannt (2026): Lichter. Erfahrungsbericht")
    assert text.endswith("4. Mai 2026. https://wissen.koblenz.de/id/1")


def test_bibtex_keeps_names_whole_and_escapes_what_it_would_read() -> None:
    assert CITED.bibtex == (
        "@misc{koblenz2026strassen,\n"
        "  author = {{Koblenz} and {Trier}},\n"
        "  title = {{Straßen \\& Lichter: 50 \\% gespart?}},\n"
        "  year = {2026},\n"
        "  month = {5},\n"
        "  howpublished = {Erfahrungsbericht},\n"
        "  note = {Stand 3},\n"
        "  url = {https://wissen.koblenz.de/id/1},\n"
        "  language = {de}\n"
        "}\n"
    )


@pytest.mark.parametrize("title", ["a}{b", "x\ny", "\\input{/etc/passwd}"])
def test_no_title_breaks_out_of_its_field(title: str) -> None:
    cited = replace(CITED, title=title)
    line = next(line for line in cited.bibtex.splitlines() if "title =" in line)
    bare = line.replace("\\{", "").replace("\\}", "")
    assert bare.count("{") == bare.count("}")
    assert "\\input" not in line
    assert len(cited.ris.split("\r\n")) == len(CITED.ris.split("\r\n"))


def test_reference_managers_get_one_record() -> None:
    lines = CITED.ris.split("\r\n")
    assert lines[:4] == [
        "TY  - GEN",
        "AU  - Koblenz",
        "AU  - Trier",
        "TI  - Straßen & Lichter: 50 % gespart?",
    ]
    assert lines[-2:] == ["ER  - ", ""]
