"""What the lexicon says of a longer word: whether its parts may stand for it, and what may be inside it.

The latter matters where it cannot be taken apart: Drohnenbefliegung is found by Drohnen all the same.
"""

from __future__ import annotations

from functools import lru_cache

from search.analysis import Token
from search.language import Language, current
from search.spelling import fold, stem

SHORTEST_INSIDE = 5
"""Letters of a word that is looked for inside others."""

SHORTEST_REST = 4
SHORTEST_TERM = 4
LONGEST_WORD = 40
_ENDINGS = frozenset({"e", "en", "ens", "er", "ern", "es", "n", "ns", "s"})
"""What a noun may have after its stem when others follow it in a compound."""


def words_inside(token: Token) -> tuple[str, ...]:
    """The stems of what may be words at the beginning and at the end of a token.

    A word of the lexicon has none, nor has a compound of its words: what is in them is known (Pflicht does
    not end with Licht).
    """
    language = current()
    stems = stems_of(language)
    if token.exact or token.term in stems or (token.parts and stems.issuperset(token.parts)):
        return ()
    return _pieces_of(token.word, language)


def stands_for_parts(token: Token) -> bool:
    """Whether the parts of a word say the same: written apart by a hyphen or digits, or all of them known."""
    if not token.complete:
        return False
    return token.exact or not token.word.isalpha() or stems_of(current()).issuperset(token.parts)


@lru_cache(maxsize=2)
def stems_of(language: Language) -> frozenset[str]:
    """The stems of all words that are known: those of the lexicon, and short forms that have synonyms."""
    spelled = (fold(spelling) for group in language.synonyms for spelling in group)
    return frozenset(map(stem, (*language.lexicon.words, *filter(str.isalnum, spelled))))


@lru_cache(maxsize=20_000)
def _pieces_of(word: str, language: Language) -> tuple[str, ...]:
    folded = fold(word)
    if not folded.isalpha() or len(folded) > LONGEST_WORD:
        return ()
    cuts = range(SHORTEST_REST, len(folded) - SHORTEST_REST + 1)
    beginnings = (folded[:cut] for cut in cuts)
    pieces = [piece for piece in beginnings if _is_written(piece, language)] + [folded[cut:] for cut in cuts]
    terms = (stem(piece) for piece in pieces if len(piece) >= SHORTEST_INSIDE)
    return tuple(dict.fromkeys(term for term in terms if len(term) >= SHORTEST_TERM))


def _is_written(piece: str, language: Language) -> bool:
    """Whether somebody may write this for a word: not Kommun or Kommunik (-ation), which have its stem."""
    term = stem(piece)
    if piece == term:
        return piece in language.lexicon.words or piece not in stems_of(language)
    return not piece.startswith(term) or piece.removeprefix(term) in _ENDINGS
