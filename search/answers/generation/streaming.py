"""Claims as they come in, each only when it is complete and proved."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from hub.documents import Audience
from hub.env import env
from search.answers.generation import pausing
from search.answers.generation.checking import Source, check_claim
from search.answers.generation.claims import Claim, End, Outcome, Usage
from search.answers.generation.exchange import Endpoint, Exchange, ModelFailed, Piece, TimeUp
from search.answers.generation.prompt import MOST_CLAIMS, RULES, fill_request
from search.answers.generation.reading import ObjectReader
from search.answers.service import Answer
from search.answers.verdicts import Verdict

logger = structlog.get_logger("hub.search")

CUT_OFF = "length"
"""What an endpoint says where the answer was longer than it may be."""

CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Model:
    """What readers are told: the model's name and the host that runs it."""

    name: str
    host: str


def model() -> Model | None:
    """The model that phrases answers, or None: then answers are passages and nothing else."""
    if not env.answers_url:
        return None
    return Model(env.answers_model, urlsplit(env.answers_url).hostname or "")


def warm_up() -> None:
    """Import what asking a model takes, if there is one, so that no visitor waits for it."""
    if env.answers_url:
        importlib.import_module("search.answers.generation.asking")


def stream(answer: Answer, before: Sequence[str] = (), seconds: float = math.inf) -> Iterator[Claim | End]:
    """Claims that answer the question from ``answer.retrieved``, then one :class:`End`.

    To be called in the request that made ``answer``: what its viewer may read was checked there, and only
    that goes out; of it only what everybody may read, unless ``HUB_ANSWERS_MEMBERS`` is set. ``before`` are
    the earlier questions of the conversation, newest last. After ``seconds`` the model is waited
    for no longer. Closing the iterator closes the connection.
    """
    sources = _sources(answer)
    if not env.answers_url or answer.verdict is Verdict.NOTHING or not sources:
        yield End(Outcome.REFUSED)
    elif pausing.is_paused(env.answers_url):
        yield End(Outcome.FAILED)
    else:
        yield from _ask(fill_request(answer.question, before, sources), sources, seconds)


class _Listener:
    """What was made of an answer so far."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._reader = ObjectReader()
        self._shown: set[str] = set()
        self._usage: tuple[int, int] | None = None
        self.written = 0
        self.finish = ""
        self.understood = False
        self.done = False

    def hear(self, piece: Piece) -> Iterator[Claim]:
        """The claims that this piece completes."""
        self.written += len(piece.text)
        self.finish = piece.finish or self.finish
        self._usage = piece.usage or self._usage
        for said in self._reader.feed(piece.text):
            self.understood = True
            if self.done:
                return
            claim = check_claim(said, self._sources)
            if claim is not None and claim.text not in self._shown:
                self._shown.add(claim.text)
                yield claim
            self.done = len(self._shown) == MOST_CLAIMS or said.get("none") is True

    def end(self) -> Outcome:
        """How an answer ended that nothing broke off. Raises :class:`ModelFailed` where that cannot be."""
        if not self.done and not self.finish:
            raise ModelFailed("the answer breaks off")
        if not self.done and self.finish == CUT_OFF:
            return Outcome.FAILED
        if not self.understood:  # no fault of the endpoint: what a guest asked may have brought it about
            logger.warning("the model answers with no claims")
            return Outcome.FAILED
        return Outcome.COMPLETE if self._shown else Outcome.REFUSED

    def usage(self, request: int) -> Usage:
        """What it cost; ``request`` are the characters sent."""
        if self._usage:
            return Usage(*self._usage)
        return Usage(request // CHARACTERS_PER_TOKEN, self.written // CHARACTERS_PER_TOKEN, estimated=True)


def _ask(request: dict[str, object], sources: Sequence[Source], seconds: float) -> Iterator[Claim | End]:
    endpoint = Endpoint(env.answers_url, env.answers_model, env.answers_key)
    exchange, listener = Exchange(endpoint, request), _Listener(sources)
    if not exchange.begin():
        yield End(Outcome.BUSY)
        return
    try:
        for piece in exchange.pieces(seconds):
            if listener.done and piece.text.strip():
                break
            yield from listener.hear(piece)
        outcome = listener.end()
        pausing.note_answer(endpoint.url)
    except TimeUp:
        outcome = Outcome.FAILED
    except ModelFailed as error:
        logger.warning("the model does not answer", host=urlsplit(endpoint.url).hostname, reason=str(error))
        pausing.note_failure(endpoint.url, error.pause)
        outcome = Outcome.FAILED
    finally:
        exchange.abandon()
    yield End(outcome, listener.usage(len(RULES) + len(str(request))))


def _sources(answer: Answer) -> list[Source]:
    """What goes out, numbered as in ``answer.retrieved``."""
    allowed = {Audience.PUBLIC, *((Audience.MEMBERS,) if env.answers_members else ())}
    given = [Source(number, citation.passage) for number, citation in enumerate(answer.retrieved)]
    return [source for source in given if source.passage.audience in allowed and source.wording.shown]
