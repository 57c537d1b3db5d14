"""What may be said about what was found. The rule is open to readers: „So funktioniert es“.

The *coverage* of a passage is the share of the question's content words that occur in it, in
its heading or in the title of its document, each word weighted by how rare it is among all
passages (BM25's inverse document frequency). A word nobody used counts as the rarest of all, so
a question about something else is not answered by its ordinary words.

A passage is **verbatim** if it holds at least two of the words, or the only one, and either its
coverage is at least :data:`VERBATIM` with :data:`OWN` of it in text and heading themselves, or
nothing is missing (:data:`WHOLE`) and the title does no more than name the subject. Besides, the
rarest content words of the question must all be there, and so must every body it names, in the
wording or as publisher; the page of a body, which mentions all that it does, must miss nothing.
Bodies named in a question say whose report is meant and count for nothing else.

It is **related** from :data:`RELATED` on. Anything below is not shown. The verdict of an answer is
that of its best passage. Similarity of vectors orders passages but never decides: it cannot tell a
near topic from the topic.
"""

from __future__ import annotations

from enum import StrEnum

from search.answers.retrieval import Found

VERBATIM = 0.62
OWN = 0.3
WHOLE, OWN_OF_WHOLE = 0.95, 0.1
RELATED = 0.25


class Verdict(StrEnum):
    """What was found for a question."""

    VERBATIM = "verbatim"
    RELATED = "related"
    NOTHING = "nothing"


def judge(found: Found, asked: int) -> Verdict:
    """The verdict on one passage for a question of ``asked`` content words."""
    answers = found.coverage >= VERBATIM and found.own >= OWN and found.passage.kind != "body"
    completes = found.coverage >= WHOLE and found.own >= OWN_OF_WHOLE
    about = found.placed and found.core >= WHOLE
    if about and (answers or completes) and found.words >= min(2, asked):
        return Verdict.VERBATIM
    if found.coverage >= RELATED:
        return Verdict.RELATED
    return Verdict.NOTHING
