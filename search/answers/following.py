"""Questions that follow others: „Was kostet das?“, „Und in Trier?“. Pure.

A question follows those before it if it has no content word of its own, points back (er, das, dort, dafür,
dieses …) or goes on with „und“. Then the content words of the last question count too, and where that one
followed another itself, those of that one, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.analysis import analyse, fold
from search.answers.lightwords import is_content
from search.expansion import LONGEST_QUERY, Group, read_query
from search.spelling import lower

MOST_CARRIED = 4
"""Words that are taken over."""

MOST_BEFORE = 3
"""So many earlier questions of a conversation are carried along."""

_CONTINUES = frozenset({"und", "oder", "aber", "also", "auch", "sowie", "and", "or", "but"})
_POINTS = """
    er ihn ihm sie ihr ihre ihrem ihren ihrer ihres seine seinem seinen seiner seines dessen deren denen
    dort dabei dafuer dagegen damit davon daran daraus darin darueber dazu danach darauf dadurch
    hierfuer hierzu hierbei hier dieser diese dieses diesem diesen jener jene jenes jenem jenen
    solche solcher solches solchen derselbe dieselbe dasselbe beide beiden
    it its they them their this these those there
    """.split()  # noqa: SIM905 - a list of words is read more easily
_GIVES = frozenset({"gibt", "gab", "geben", "gegeben"})
_ARTICLE = frozenset({"das", "dem", "den", "die", "der"})
_WORD = re.compile(r"[^\W\d_]+")
_CAPITAL = re.compile(r"\b[A-ZÄÖÜ][^\W\d_]*")


def carried_groups(text: str, before: Sequence[str]) -> tuple[Group, ...]:
    """The content words that a question takes over from those before it, the newest of which is the last."""
    if not before or _stands_alone(text):
        return ()
    own = {group.term for group in read_query(text)}
    found: dict[str, Group] = {}
    for earlier in reversed(before[-MOST_BEFORE:]):
        for group in content_of(earlier):
            if group.term not in own:
                found.setdefault(group.term, group)
        if _stands_alone(earlier):
            break
    return tuple(found.values())[:MOST_CARRIED]


def as_typed(groups: Sequence[Group], before: Sequence[str]) -> tuple[str, ...]:
    """The words of groups as they stand in the newest of the earlier questions that has them."""
    typed = {
        token.word: text[token.start : token.end]
        for text in before[-MOST_BEFORE:]
        for token in analyse(text[:LONGEST_QUERY])
    }
    return tuple(" ".join(typed.get(word, word) for word in group.word.split()) for group in groups)


def content_of(text: str) -> list[Group]:
    """The words of a question that say what it is about: of one typed with capitals, those that have them."""
    groups = [group for group in read_query(text) if is_content(group)]
    if text[:LONGEST_QUERY].islower():
        return groups
    capitals = {lower(word) for word in _CAPITAL.findall(text)}
    return [group for group in groups if group.exact or not capitals.isdisjoint(_WORD.findall(group.word))]


def _stands_alone(text: str) -> bool:
    return bool(content_of(text)) and not _points_back(text[:LONGEST_QUERY])


def _points_back(text: str) -> bool:
    words = _WORD.findall(text)
    folded = [fold(word) for word in words]
    if folded and folded[0] in _CONTINUES:
        return True
    if "es" in folded and _GIVES.isdisjoint(folded):
        return True
    # „Sie“ with a capital is who is asked.
    if any(word in _POINTS and (words[n].islower() or word != "sie") for n, word in enumerate(folded)):
        return True
    return any(_is_pronoun(words, n) for n, word in enumerate(folded) if word in _ARTICLE)


def _is_pronoun(words: Sequence[str], number: int) -> bool:
    """Whether „das“ stands for something: no noun follows within two words („das neue Portal“)."""
    following = words[number + 1 : number + 3]
    if not following:
        return True
    capitals = any(word[0].isupper() for word in words[1:])
    return fold(words[number]) == "das" and capitals and not any(word[0].isupper() for word in following)
