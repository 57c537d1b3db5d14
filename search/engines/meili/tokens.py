"""From analysed words to the tokens that Meilisearch holds and is asked for.

Meilisearch knows neither "one of these" nor "near each other" inside a query, so both are settled when a
text is indexed. A query asks for few tokens, all of which must be present:

* a word is its stem;
* a compound of known words is the pairs of its parts (``kita0platz``, ``platz0vergab``). A text holds the
  pair where both stand in one word or near each other;
* a spelling of several words (elektronische Akte) is one token, which a text holds where they stand in
  sequence;
* wherever a text has one spelling of a group of synonyms, it holds the tokens of the others as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search.analysis import Token, analyse
from search.inside import stands_for_parts, stems_of
from search.language import Language, current
from search.spelling import fold, stem

LONGEST_TOKEN = 240
"""Meilisearch passes over words of more than 250 bytes."""

_PAIR, _SEQUENCE = "0", "00"
_OTHER = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True)
class Spelling:
    """A spelling of a group of synonyms: the stems of its words, and the tokens by which it is asked for."""

    terms: tuple[str, ...]
    tokens: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Spellings:
    """The lexicon's words and stems, and for each synonym, by its first stem, all that mean the same."""

    words: frozenset[str]
    stems: frozenset[str]
    by_first: Mapping[str, Sequence[tuple[tuple[str, ...], tuple[Spelling, ...]]]]


def encode(term: str) -> str:
    """A term in letters and digits alone, so that no tokenizer takes it apart (§24 is ``0a7024``)."""
    if term.isascii() and term.isalnum():
        return term[:LONGEST_TOKEN]
    return _OTHER.sub(lambda found: f"0{ord(found.group()):x}0", term)[:LONGEST_TOKEN]


@lru_cache(maxsize=20_000)
def pair(first: str, second: str) -> str:
    """The token of two parts near each other, in either order."""
    return encode(min(first, second)) + _PAIR + encode(max(first, second))


def tokens_of(words: Sequence[Token], stems: frozenset[str]) -> tuple[str, ...]:
    """The tokens that a word, or a spelling of several words, is asked for by."""
    if len(words) == 2 and len(words[0].word) == 1 and not words[1].exact:
        return (encode(join_letter(*words)),)
    if len(words) > 1:
        return (_SEQUENCE.join(encode(word.term) for word in words)[:LONGEST_TOKEN],)
    word = words[0]
    if not stands_for_parts(word):
        return (encode(word.term),)
    return tuple(dict.fromkeys(_chain(word.parts, stems)))


def join_letter(letter: Token, word: Token) -> str:
    """The term of „E Akte“, which is meant as „E-Akte“."""
    return stem(fold(letter.word + word.word))


def ask_for(text: str) -> tuple[str, ...]:
    """The tokens for the words of one group of a query, as typed or as corrected."""
    words = [word for word in analyse(text) if word.term]
    return tokens_of(words, spellings().stems) if words else ()


def spellings() -> Spellings:
    """Those of the words in force."""
    return _spellings_of(current())


@lru_cache(maxsize=2)
def _spellings_of(language: Language) -> Spellings:
    stems = stems_of(language)
    table: dict[tuple[str, ...], dict[Spelling, None]] = {}
    for group in language.synonyms:
        meant = dict.fromkeys(spelling for text in group if (spelling := _read_spelling(text, stems)).terms)
        for spelling in meant:
            table.setdefault(spelling.terms, {}).update(meant)
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[Spelling, ...]]]] = {}
    for terms, held in table.items():
        by_first.setdefault(terms[0], []).append((terms, tuple(held)))
    return Spellings(language.lexicon.words, stems, by_first)


def _read_spelling(text: str, stems: frozenset[str]) -> Spelling:
    words = [word for word in analyse(text) if word.term]
    return Spelling(tuple(word.term for word in words), tokens_of(words, stems) if words else ())


def _chain(parts: Sequence[str], stems: frozenset[str]) -> Iterable[str]:
    """The pairs of neighbouring parts; a part the lexicon does not know stands for itself."""
    for number, part in enumerate(parts):
        before = number > 0 and parts[number - 1] in stems
        after = number + 1 < len(parts) and parts[number + 1] in stems
        if part in stems and after:
            yield pair(part, parts[number + 1])
        elif part not in stems or not before:
            yield encode(part)
