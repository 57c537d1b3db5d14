"""The words by which texts and queries are analysed: those of this package and those added in the admin.

Analysis reads :func:`current`; whoever begins a piece of work (a request, a batch) calls :func:`refresh`
first, so that what a coordinator has just saved counts in every process without a restart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from search.compounds import Lexicon, build_lexicon
from search.spelling import fold, read_list


@dataclass(frozen=True, eq=False)
class Language:
    """Everything that decides how words are read, as it stood at one time; never changed.

    ``synonyms`` are the groups of spellings of one meaning, ``stop_words`` the folded words that carry no
    content. ``version`` is that of :class:`search.models.LanguageVersion`, 0 for the package's own words.
    Caches of analysis are keyed by this object itself, so none of them outlives it by mistake.
    """

    lexicon: Lexicon
    synonyms: tuple[tuple[str, ...], ...]
    stop_words: frozenset[str]
    version: int = 0
    stamp: tuple[int, dt.datetime] | None = None
    """The version with its time: a restored database may count the same numbers again."""


_standing: Language | None = None


def current() -> Language:
    """The words as last refreshed in this process; the package's own until then. Asks no database."""
    return _standing or _package_language()


def refresh() -> Language:
    """Take over what was changed in the admin; one query, three where something was. Returns the current."""
    from search.models import LanguageVersion  # models are ready only after the apps

    global _standing
    stamp = LanguageVersion.objects.values_list("value", "changed").first()
    held = current()
    if stamp != held.stamp:
        # One assignment at the end: another thread reads the old words or the new ones, never both.
        _standing = held = _load(stamp) if stamp else _package_language()
    return held


def build_language(
    words: Iterable[str], groups: Iterable[Iterable[str]], stamp: tuple[int, dt.datetime] | None = None
) -> Language:
    """The package's words with further ones: words (bars between parts, if any) and groups of synonyms."""
    own = (word for line in read_list("lexicon.txt") for word in line.split())
    spelled = (line.split("=") for line in read_list("synonyms.txt"))
    synonyms = tuple(tuple(each.strip() for each in group) for group in (*spelled, *groups))
    stop_words = frozenset(fold(word) for line in read_list("stopwords.txt") for word in line.split())
    return Language(
        build_lexicon((*own, *words)), synonyms, stop_words, version=stamp[0] if stamp else 0, stamp=stamp
    )


@lru_cache(maxsize=1)
def _package_language() -> Language:
    return build_language((), ())


def _load(stamp: tuple[int, dt.datetime]) -> Language:
    from search.models import LexiconWord, SynonymGroup

    words = [parts or word for word, parts in LexiconWord.objects.values_list("word", "parts")]
    groups = [spellings.split("\n") for spellings in SynonymGroup.objects.values_list("spellings", flat=True)]
    return build_language(words, groups, stamp)
