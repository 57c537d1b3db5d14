"""One exchange with the endpoint, in a thread of its own: nobody waits for it longer than is right."""

from __future__ import annotations

import email.utils
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hub.errors import Unavailable

MOST_AT_ONCE = 4
"""Exchanges of one process. Each holds one of its threads for as long as the model writes."""

FIRST_SECONDS = 30.0
WHOLE_SECONDS = 90.0

LONGEST_WAIT = 2.0
"""Seconds to wait, once, for an endpoint that asks for it; one that asks for more is not asked again."""

ASKED_TOO_MUCH = 429
MISUNDERSTOOD = frozenset({400, 422})

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


class ModelFailed(Unavailable):
    """The endpoint gave no whole answer: passages are shown. It wants to be left for ``pause`` seconds."""

    def __init__(self, reason: str, pause: float = 0) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True)
class Endpoint:
    """Where a model is reached, by the environment alone."""

    url: str
    name: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Piece:
    """What came in at once: words, and, where the endpoint says so, why it ends and the tokens it took."""

    text: str
    finish: str = ""
    usage: tuple[int, int] | None = None


class TimeUp(Exception):
    """Whoever asked waits no longer, which says nothing about the endpoint."""


class _Abandoned(Exception):
    """Nobody listens any more."""


class Exchange:
    """A request on its way. Use :meth:`begin`, read :meth:`pieces`, and :meth:`abandon` it in any case."""

    def __init__(self, endpoint: Endpoint, request: dict[str, Any]) -> None:
        from search.answers.generation.transport import BoundedTransport

        self._endpoint, self._request = endpoint, request
        self._transport = BoundedTransport()
        self._heard: queue.SimpleQueue[Piece | Exception | None] = queue.SimpleQueue()
        self._abandoned = threading.Event()

    def begin(self) -> bool:
        """Send the request, or say no if as many as may are on their way."""
        if not _places.acquire(blocking=False):
            return False
        try:
            threading.Thread(target=self._run, name="answers-model", daemon=True).start()
        except (RuntimeError, MemoryError):  # no more threads
            _places.release()
            return False
        return True

    def pieces(self, seconds: float) -> Iterator[Piece]:
        """The answer as it comes in, for so many seconds.

        Raises :class:`ModelFailed` when it does not, or takes too long, and :class:`TimeUp`
        after ``seconds``.
        """
        begun = time.monotonic()
        whole, waited_for = begun + WHOLE_SECONDS, begun + seconds
        until = min(whole, begun + FIRST_SECONDS)
        while True:
            try:
                heard = self._next(min(until, waited_for))
            except queue.Empty:
                raise TimeUp if waited_for < until else ModelFailed("no answer in time") from None
            if heard is None:
                return
            if isinstance(heard, Exception):
                raise heard
            until = whole
            yield heard

    def abandon(self) -> None:
        """Close the connection, if it is still open."""
        self._abandoned.set()
        self._transport.abort()

    def _next(self, until: float) -> Piece | Exception | None:
        """What was heard next. Raises :class:`queue.Empty` after that, however much is waiting."""
        left = until - time.monotonic()
        if left <= 0:
            raise queue.Empty
        return self._heard.get(timeout=left)

    def _run(self) -> None:
        try:
            self._ask()
        except ModelFailed as error:
            self._heard.put(error)
        except Exception as error:  # whatever a stranger's answer does to three libraries
            self._heard.put(ModelFailed(f"{type(error).__name__}: {error}"[:200]))
        else:
            self._heard.put(None)
        finally:
            try:
                self._transport.close()
            finally:
                _places.release()

    def _ask(self) -> None:
        """Ask, and once more where a short wait or fewer wishes may help."""
        from search.answers.generation.asking import WISHES

        try:
            self._ask_once(WISHES)
        except ModelFailed as error:
            status = self._transport.status
            if status in MISUNDERSTOOD:
                self._ask_once({})
            elif status == ASKED_TOO_MUCH and 0 < error.pause <= LONGEST_WAIT:
                self._abandoned.wait(error.pause)
                self._ask_once(WISHES)
            else:
                raise

    def _ask_once(self, wishes: dict[str, Any]) -> None:
        from search.answers.generation.asking import ask

        to, transport = self._endpoint, self._transport
        try:
            ask(to.url, to.name, to.key, self._request, wishes=wishes, transport=transport, hear=self._hear)
        except Exception as error:
            root = _root_of(error)
            reason = f"status {transport.status}, {type(root).__name__}: {root}"[:200]
            raise ModelFailed(reason, _seconds_of(transport.retry_after)) from error

    def _hear(self, chunk: Any) -> None:
        if self._abandoned.is_set():
            raise _Abandoned
        if not isinstance(chunk.content, str):
            raise TypeError("a piece that is no text")
        finish = str(chunk.meta.get("finish_reason") or "")
        self._heard.put(Piece(chunk.content, finish, _tokens_of(chunk.meta.get("usage") or {})))


def _root_of(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _tokens_of(usage: dict[str, Any]) -> tuple[int, int] | None:
    """Tokens of request and answer, if the endpoint says so."""
    match usage:
        case {"prompt_tokens": int() as prompt, "completion_tokens": int() as completion}:
            return prompt, completion
    return None


def _seconds_of(retry_after: str) -> float:
    """``Retry-After`` in seconds (RFC 9110, section 10.2.3); 0 if it says nothing."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, moment.timestamp() - time.time())
