from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import analyse, fold, stem
from search.compounds import lexicon, split
from search.expansion import MOST_GROUPS, Places, read_query


def matches(query: str, text: str) -> bool:
    places = Places(text)
    groups = read_query(query)
    return bool(groups) and all(group.count_in(places) for group in groups)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Kitaplatzvergabe", "Vergabe von Kitaplätzen"),
        ("Vergabe von Kitaplätzen", "Kitaplatzvergabe"),
        ("Kommune", "Kommunen"),
        ("Kommunen", "die Kommune"),
        ("Leistung", "Leistungen"),
        ("Leistungen", "Leistung"),
        ("Bauantrag", "Bauanträge"),
        ("Bauanträgen", "des Bauantrags"),
        ("Buergerbuero", "Bürgerbüro"),
        ("Bürgerbüro", "Buergerbuero"),
        ("BÜRGERBÜROS", "Bürgerbüro"),
        ("Strasse", "Straße"),
        ("Straßen", "Strassen"),
        ("Haeuser", "Haus"),
        ("OZG", "Onlinezugangsgesetz"),
        ("Onlinezugangsgesetzes", "OZG-Leistungen"),
        ("DMS", "E-Akte"),
        ("elektronische Akte", "Einführung der E-Akte"),
        ("E-Akten", "elektronische Akte"),
        ("Kindertagesstätte", "Kitaplatzvergabe"),
        ("KI", "Künstliche Intelligenz"),
        ("künstlicher Intelligenz", "KI-gestützte Triage"),
        ("KI-Chatbot", "Chatbot mit Künstlicher Intelligenz"),
        ("Open Data", "Open-Data-Portal"),
        ("Opendata", "offene Daten"),
        ("Sensorik", "Parkraumsensorik"),
        ("Parkraum Sensoren", "Parkraumsensorik"),
        ("Wohngeld", "Wohngeldantrag"),
        ("Bürgerinnen", "Bürger:innen"),
        ("Bürger", "Bürger*innen"),
        ("Mitarbeiter", "Mitarbeiter_innen"),
        ("§ 24", "nach §24 Abs. 2 SGB VIII"),
        ("§31a", "ein Erlass nach § 31a SGB X"),
        ("61.2-1234/25", "Aktenzeichen 61.2-1234/25"),
        ("Ver\u00adwal\u00adtung", "Verwaltung"),
        ("Kita-\u200bplatz", "Kitaplatz"),
        ("Bu\u0308rgerbu\u0308ro", "Bürgerbüro"),
        ("ﬁnanzen", "Finanzen"),
        ("Kitas", "Kita"),
        ("Haushalt", "Haushaltssatzung"),
        ("Posteingang", "Posteingangsklassifikation"),
        ("Parksensoren", "Parkraumsensorik"),
        ("Straßenlampen", "die Straßenbeleuchtung"),
        ("Straßenlaternen", "adaptive Leuchten"),
        ("KI-VO", "nach dem AI Act"),
        ("AI Act", "die KI-Verordnung"),
        ("ChatGPT", "ein Sprachmodell"),
        ("KI-Assistenten", "ChatGPT"),
        ("Personaldaten", "Personalakten"),
        ("Nachbargemeinden", "interkommunale Vereinbarung"),
        ("IKZ", "mit der Nachbarkommune"),
    ],
)
def test_finds(query: str, text: str) -> None:
    assert matches(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Kommune", "Kommunikation"),
        ("§ 24", "§ 25"),
        ("§ 24", "24 Stunden"),
        ("61.2-1234/25", "61.2-1234/26"),
        ("Haus", "Haushalt"),
        ("Amt", "insgesamt"),
        ("Rat", "Beratung"),
        ("Eltern", "doppelten Zusagen"),
        ("Stadt", "statt"),
        ("neu", "neun"),
        ("Kitaplatzvergabe", "Vergabe von Bauplätzen"),
        ("Bauantrag", "Der Antrag galt nicht dem Weg, sondern dem Bau"),
        ("künstliche Intelligenz", "künstliche Blumen und etwas Intelligenz"),
        ("und oder", "und oder"),
    ],
)
def test_does_not_find(query: str, text: str) -> None:
    assert not matches(query, text)


def test_tokens_keep_offsets_of_the_given_text() -> None:
    text = "Die Bür\u00adger:innen, § 12 a & E-Akte."
    tokens = list(analyse(text))
    assert [text[t.start : t.end] for t in tokens] == ["Die", "Bür\u00adger:innen", "§ 12", "a", "E-Akte"]
    assert [t.word for t in tokens] == ["die", "bürgerinnen", "§12", "a", "e-akte"]


def test_folding_writes_umlauts_out() -> None:
    assert fold("Größe ÄÖÜ Café") == "groesse aeoeue cafe"
    assert stem(fold("Häuser")) == stem("haus")


def test_the_lexicon_is_of_some_size_and_splits_to_its_words() -> None:
    assert len(lexicon().words) >= 600
    assert split("kitaplatzvergabe") == ("kita", "platz", "vergabe")
    assert split("haushaltssatzung") == ("haushalts", "satzung")
    assert split("haushalt") == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bauantrag", 1),
        ("Bau Antrag Bauantrag", 2),
        ("Antrag " * 9 + "Bau", 1),
        ("Bau " + "und " * 9 + "Antrag", 0),
    ],
)
def test_occurrences_count_the_rarest_part_in_reach(text: str, count: int) -> None:
    (group,) = read_query("Bauantrag")
    assert group.count_in(Places(text)) == count


def test_a_query_keeps_a_bounded_number_of_groups() -> None:
    assert len(read_query(" ".join(f"wort{n}x" for n in range(500)))) <= MOST_GROUPS
    assert read_query("und die der") == ()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_analysed_and_offsets_fit(text: str) -> None:
    end = 0
    for token in analyse(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end
    read_query(text)


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "1." * 20_000, "a-" * 20_000, "§" * 20_000, "1-a" * 15_000, "ü\u0308" * 20_000]
)
def test_long_runs_cost_little(text: str) -> None:
    started = time.perf_counter()
    list(analyse(text))
    (groups, places) = (
        read_query("Bauantrag"),
        Places(text + " bau" * 9_000 + " wort" * 99 + " antrag" * 9_000),
    )
    assert groups[0].count_in(places) == 0
    assert time.perf_counter() - started < 2
