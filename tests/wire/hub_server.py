"""A foreign hub behind a real server: it answers pulls, takes pushes and serves files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from hub.documents import canonical
from tests.wire.foreign import ForeignHub
from tests.wire.server import Request, Response, Server, serve


class ServedHub(ForeignHub):
    """Keeps what is pushed to it, in order; answers 409 after a gap."""

    def __init__(self, origin: str, slug: str = "koblenz") -> None:
        super().__init__(origin, slug)
        self.received: list[dict[str, object]] = []
        self.files: dict[str, Response] = {}
        self.down = False

    def answer(self, request: Request) -> Response:
        path = urlsplit(request.path).path
        if self.down:
            return Response(status=502)
        if path == "/federation/actor":
            return Response(json.dumps(self.actor()).encode())
        if path == "/federation/head":
            return Response(canonical(self.head(buckets=self.buckets())))
        if path.startswith("/federation/bucket/"):
            after = parse_qs(urlsplit(request.path).query).get("after", [""])[0]
            return Response(canonical(self.bucket_page(int(path.rpartition("/")[2]), after)))
        if path == "/federation/log":
            after = int(parse_qs(urlsplit(request.path).query)["after"][0])
            return self.answer_pull(request, after)
        if path == "/federation/inbox":
            return self.take(json.loads(request.body))
        return self.files.get(path, Response(status=404))

    def answer_pull(self, request: Request, after: int) -> Response:
        etag = f'"{len(self.entries)}-{after}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304)
        return Response(canonical(self.page(after)), headers={"ETag": etag})

    def take(self, activity: dict[str, list[dict[str, object]]]) -> Response:
        status = 202
        for entry in activity["entries"]:
            seq = entry["change"]["seq"]  # type: ignore[index]
            if seq == len(self.received) + 1:
                self.received.append(entry)
            elif seq > len(self.received):
                status = 409
        return Response(json.dumps({"epoch": 1, "seq": len(self.received)}).encode(), status)


@contextmanager
def serve_hub(slug: str = "koblenz") -> Iterator[tuple[ServedHub, Server]]:
    """A running hub ``<slug>.localhost`` on a free port."""
    with serve(lambda request: Response(status=500), f"{slug}.localhost") as server:
        hub = ServedHub(server.origin, slug)
        server.answer = hub.answer
        yield hub, server
