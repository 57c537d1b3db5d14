from __future__ import annotations

import pytest

from search.analysis import analyse, fold, stem
from search.engines.meili import texts
from search.engines.meili.texts import read_texts
from search.engines.meili.tokens import LONGEST_TOKEN, ask_for, encode, pair


def finds(query: str, *wordings: str) -> bool:
    """Whether texts hold every token that each word of the query asks for."""
    read = read_texts(wordings)
    held = {token for text in read.words for token in text.split()} | {*read.rest, *read.inside}
    words = [token.word for token in analyse(query) if token.term]
    return all(token in held for word in words for token in ask_for(word))


@pytest.mark.parametrize(
    ("query", "wording"),
    [
        ("Kitaplatzvergabe", "Vergabe von Kitaplätzen"),
        ("Vergabe", "Kitaplatzvergaben"),
        ("Kitaplätze", "Kitaplatzvergabe"),
        ("kitaplaetze", "Kitaplatz"),
        ("Kita-Platz-Vergabe", "Kitaplatzvergabe"),
        ("Kindertagesstättenplatz", "Kitaplatz"),
        ("Kitaplatz", "ein Platz im Kindergarten"),
        ("OZG", "Onlinezugangsgesetz"),
        ("Onlinezugangsgesetz", "das OZG"),
        ("E-Akte", "elektronische Akten"),
        ("E-Akte", "die E Akte"),
        ("DMS", "die E Akte"),
        ("Drohnen", "Drohnenbefliegung"),
        ("Befliegung", "Drohnenbefliegung"),
        ("§ 24", "nach §24 SGB"),
        ("2024/0815", "Az. 2024-0815/3"),
        ("Straße", "strassen"),
        ("AVV", "Vertrag zur Auftragsverarbeitung"),
    ],
)
def test_a_text_holds_what_a_query_asks_for(query: str, wording: str) -> None:
    assert finds(query, wording)


@pytest.mark.parametrize(
    ("query", "wording"),
    [
        ("Bauantrag", "Der Antrag galt nicht dem langen Weg zu Fuß, sondern vor allem und zuerst dem Bau."),
        ("§ 24", "§ 25 und 24 Menschen"),
        ("2024/0815", "2024 kamen 0816"),
        ("OZG", "OZK"),
        ("Akte", "DMS"),
        ("Drohne", "Rohne"),
        ("Kommune", "Kommunikation"),
    ],
)
def test_a_text_holds_nothing_near_to_it(query: str, wording: str) -> None:
    assert not finds(query, wording)


def test_a_spelling_of_several_words_is_one_token_and_finds_itself() -> None:
    assert ask_for("elektronische Akte") == (f"{stem('elektronische')}00akt",)
    read = read_texts(["die elektronische Akte"])
    assert ask_for("elektronische Akte")[0] in read.rest
    assert not set(ask_for("elektronische Akte")) & set(
        read_texts(["elektronisch kommt jede zweite Akte"]).rest
    )


def test_tokens_hold_letters_and_digits_alone() -> None:
    assert encode("§24") == "0a7024"
    assert encode("sgb.8") == "sgb02e08"
    assert pair("platz", "kita") == pair("kita", "platz") == "kita0platz"
    assert len(encode("я" * 80)) == LONGEST_TOKEN
    assert all(character.isascii() and character.isalnum() for character in encode("Ж'\"\\-§中"))


def test_words_keep_their_order_and_what_else_finds_them_stands_once_beside() -> None:
    read = read_texts(["Kitaplatz und Kitaplatz", "Text"])
    assert read.words == ["kita0platz kita0platz", "text"]
    assert read.rest.count("kita") == 1
    assert "kita0platz" not in read.rest


def test_what_occurs_several_times_is_noted_the_most_frequent_first() -> None:
    often = read_texts(["Sensor und Kitaplatz, Sensor", "Sensor, Kitaplatz, Radweg"]).often
    assert often[0] == "sensor"
    assert {"kitaplatz", "kita", "platz", "kita0platz", *ask_for("Kindergarten")} <= set(often)
    assert not set(ask_for("Radweg")) & set(often)


def test_of_a_very_long_text_pairs_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_TOKENS", 4)
    read = read_texts(["Vergabe Antrag Platz Akte Haushalt Personal"])
    assert len(read.rest) == 4
    assert len(read.pairs) > 4


def test_what_a_very_long_text_is_found_by_is_not_gathered_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts, "MOST_TOKENS", 4)
    first = "Drohnenbefliegung"
    alone = read_texts([first]).inside
    assert read_texts([f"{first} Zeppelinfahrten Leuchtturmwanderungen"]).inside == alone
    many = ["Vergabe Antrag Platz Akte Haushalt Personal"]
    whole = len(read_texts(many).pairs)
    monkeypatch.setattr(texts, "MOST_PAIRS", 1)
    assert texts.MOST_TOKENS <= len(read_texts(many).pairs) < whole


def test_only_words_the_lexicon_does_not_know_are_found_by_beginning_and_end() -> None:
    assert stem(fold("Befliegung")) in read_texts(["Drohnenbefliegung"]).inside
    assert not read_texts(["Kitaplatzvergabe § 24 2024/0815 Akte"]).inside
