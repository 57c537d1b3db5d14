"""A peer that has kept what it once received of the own log, and gives it back to the own instance."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from federation.outgoing import entries_after, own_head
from hub.env import env
from hub.files.services import open_content
from tests.wire.hub_server import ServedHub
from tests.wire.server import Request, Response, Server


class Keeper:
    """Answers at ``hub``'s address what its own log endpoint does, and besides what it has kept."""

    def __init__(self, hub: ServedHub, server: Server) -> None:
        self.hub, self.entries, self.head = hub, [], {}  # type: ignore[var-annotated]
        self.asked: list[str] = []
        self.files: dict[str, bytes] = {}
        self.refuse: Callable[[str], Response | None] = lambda path: None
        server.answer = self.answer

    def keep(self) -> None:
        """Take in all of the own log as it is now, with its files."""
        head = own_head()
        self.head = {"origin": env.origin, "epoch": head.epoch, "seq": head.seq, "headHash": head.head_hash}
        self.entries, after = [], 0
        while page := entries_after(head.epoch, after):
            self.entries += copy.deepcopy(page)
            after = page[-1]["change"]["seq"]

    def keep_file(self, record: Any) -> None:
        """Take in the bytes of an own file."""
        with open_content(record) as file:
            self.files[record.hex] = file.read()

    def answer(self, request: Request) -> Response:
        parts = urlsplit(request.path)
        self.asked.append(parts.path)
        if (refusal := self.refuse(parts.path)) is not None:
            return refusal
        if parts.path == "/federation/held":
            return Response(json.dumps(self.head).encode())
        if parts.path == "/federation/held/log":
            asked = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
            page = self.entries[asked["after"] : asked["after"] + asked["limit"]]
            return Response(json.dumps({**self.head, "after": asked["after"], "entries": page}).encode())
        if parts.path.startswith("/dateien/"):
            data = self.files.get(parts.path.split("/")[3])
            return Response(data) if data is not None else Response(status=404)
        return self.hub.answer(request)
