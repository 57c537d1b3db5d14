"""Koblenz, an approved peer, before every door of this instance; and strangers, as elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from federation.models import Peer
from federation.peers import approve
from hub.catalogue.models import CatalogueEntry
from tests.federation.activitypub.conftest import anna, examine
from tests.federation.adversarial.doors import POSTED, SIGNED, Door, open_doors
from tests.federation.messages.conftest import entry
from tests.federation.notices.conftest import pinned
from tests.wire.content import use_storage
from tests.wire.foreign import ForeignHub
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import open_door

__all__ = ["anna", "entry", "examine", "pinned"]

Served = tuple[ServedHub, Peer]


@pytest.fixture(params=SIGNED)
def door(
    request: pytest.FixtureRequest, client: Client, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry
) -> Door:
    """Each of the doors that approved peers enter by signing."""
    return open_doors(client, koblenz, entry, request.param)


@pytest.fixture(params=POSTED)
def posting(
    request: pytest.FixtureRequest, client: Client, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry
) -> Door:
    """Each of those that something is brought through."""
    return open_doors(client, koblenz, entry, request.param)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, db: None, tmp_path: Path, settings: Any) -> Iterator[Served]:
    """Koblenz behind a real server, which the outbound door reaches, and the approval of it."""
    use_storage(settings, tmp_path)
    with serve_hub() as (hub, server):
        open_door(monkeypatch, server)
        yield hub, approve(hub.identity())


@pytest.fixture
def no_calls(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The addresses that this instance has called since."""
    called: list[str] = []

    def note(method: str, url: str, **options: Any) -> Any:
        called.append(url)
        raise AssertionError(f"{method} {url}")

    monkeypatch.setattr("hub.fetching.fetch", note)
    monkeypatch.setattr("hub.fetching.download", note)
    return lambda: called
