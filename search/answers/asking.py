"""What the address of a question asks: its text, the questions before it, and what it is confined to.

The address is all the state there is: it can be kept, shared and printed, and leads back to each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from hub.documents import Viewer
from search.answers.confining import Confinement, read_confinement
from search.answers.following import MOST_BEFORE
from search.expansion import LONGEST_QUERY
from search.parameters import TEXT, clean
from theme.topics import vocabulary_of

BEFORE, PHRASED, YES = "zuvor", "antwort", "ja"


class Turn(NamedTuple):
    """An earlier question of the conversation, and the address at which it stands."""

    text: str
    address: str


@dataclass(frozen=True)
class Asked:
    """One question as it was asked. ``before`` are the earlier ones, newest last.

    ``phrased`` says that the page itself is to hold the phrased answer, for browsers without JavaScript.
    """

    text: str
    before: tuple[str, ...]
    confinement: Confinement
    phrased: bool

    @property
    def address(self) -> str:
        """Where this question is answered."""
        return _address("answers", self.text, self.before, self.confinement.params)

    @property
    def stream(self) -> str:
        """Where its answer is phrased."""
        return _address("answers-phrased", self.text, self.before, self.confinement.params)

    @property
    def phrased_address(self) -> str:
        """Where the page holds the phrased answer."""
        return f"{self.address}&{PHRASED}={YES}"

    @property
    def alone_address(self) -> str:
        """The same question by itself, in everything."""
        return _address("answers", self.text)

    @property
    def anew_address(self) -> str:
        """The box for a new question, confined to the same."""
        return _address("answers", "", (), self.confinement.params)

    @property
    def thread(self) -> list[Turn]:
        """The earlier questions, each where it was answered."""
        params = self.confinement.params
        return [
            Turn(text, _address("answers", text, self.before[:number], params))
            for number, text in enumerate(self.before)
        ]

    @property
    def carried_on(self) -> tuple[str, ...]:
        """What a follow-up question carries along."""
        return (*self.before, self.text)[-MOST_BEFORE:]

    @property
    def widened(self) -> list[tuple[str, str]]:
        """What each limit is called, with the address without it."""
        limits = self.confinement.limits
        others = [[(each.name, each.value) for each in limits if each != limit] for limit in limits]
        return [
            (limit.label, _address("answers", self.text, self.before, params))
            for limit, params in zip(limits, others, strict=True)
        ]


def read_asked(request: HttpRequest, viewer: Viewer) -> Asked:
    """What the address of the request asks. One query for the topics, more where it confines."""
    params = request.GET
    before = [text for each in params.getlist(BEFORE)[-MOST_BEFORE:] if (text := _read_text(each))]
    return Asked(
        _read_text(params.get(TEXT, "")),
        tuple(before),
        read_confinement(params, viewer, vocabulary_of(request)),
        params.get(PHRASED) == YES,
    )


def _read_text(given: str) -> str:
    return clean(given)[:LONGEST_QUERY].strip()


def _address(name: str, text: str, before: Sequence[str] = (), params: Sequence[tuple[str, str]] = ()) -> str:
    said = [(TEXT, text)] if text else []
    query = urlencode([*said, *((BEFORE, each) for each in before), *params])
    return f"{reverse(name)}?{query}" if query else reverse(name)
