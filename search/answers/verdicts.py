"""What may be said about what was found. The rule is open to readers: „So funktioniert es“.

The *coverage* of a passage is the share of the question's content words that occur in it, in
its heading or in the title of its document, each word weighted by how rare it is among all
passages (BM25's inverse document frequency). A word nobody used counts as the rarest of all, so
a question about something else is not answered by its ordinary words. Of a compound the parts that are
there count too, and a word that begins alike counts half.

A passage gets *points*, about one if it holds everything: for coverage :data:`COVERAGE`, for how often
its text uses the words :data:`OFTEN`, for how many of them stand near each other :data:`NEAR`, for the
rarest of them :data:`CORE`, and for naming or coming from the bodies that the question names, if it names
any, :data:`PLACED`. It is **verbatim** from :data:`VERBATIM` points on, or if nothing is missing
(:data:`WHOLE`); the page of a body, which mentions all that it does, only then, and not for words taken over
from an earlier question alone. Besides, at least two of
the words, or the only one, must be there, some of them in text or heading themselves (:data:`OWN`), and
every body that is named, in the wording or as publisher. Of the rarest words a good part must be there
(:data:`HEART`). Numbers and identifiers of the question must be there, and where it asks for an amount, a
number or a day, the passage must hold one. Bodies named in a question say whose report is meant and count
for nothing else.

It is **related** from :data:`RELATED` coverage on, without what words add that only begin alike: „Austritt“
says nothing about Australien. Anything below is not shown. The verdict of an answer is
that of its best passage. Similarity of vectors orders passages but never decides: it cannot tell a
near topic from the topic.
"""

from __future__ import annotations

from enum import StrEnum

from search.answers.measuring import Found

COVERAGE, OFTEN, NEAR, CORE, PLACED = 0.3, 0.15, 0.15, 0.25, 0.15
VERBATIM = 0.71
HEART = 0.4
OWN = 0.1
WHOLE = 0.95
RELATED = 0.25


class Verdict(StrEnum):
    """What was found for a question."""

    VERBATIM = "verbatim"
    RELATED = "related"
    NOTHING = "nothing"


def points_of(found: Found) -> float:
    """The points of a passage; more than 1 where words are repeated."""
    shares = COVERAGE * found.coverage + OFTEN * found.often + NEAR * found.near + CORE * found.core
    return shares + PLACED * found.placed


def judge(found: Found, asked: int) -> Verdict:
    """The verdict on one passage for a question of ``asked`` content words."""
    whole = found.coverage >= WHOLE and (found.fresh or found.passage.kind != "body")
    enough = whole or (points_of(found) >= VERBATIM and found.passage.kind != "body")
    fits = found.placed and found.exact and found.expected and found.core >= HEART
    if enough and fits and found.own >= OWN and found.words >= min(2, asked):
        return Verdict.VERBATIM
    if found.coverage - found.begun >= RELATED:
        return Verdict.RELATED
    return Verdict.NOTHING
