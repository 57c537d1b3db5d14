"""A peer that has kept the own log, and an instance that can be set back to an earlier state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from content.models import BodyPage
from federation.identity import own_keys
from federation.models import Peer
from federation.peers import approve
from federation.restoring import checking
from hub.catalogue.settling import settle
from tests.factories.pages import add_section
from tests.wire.hub_server import serve_hub
from tests.wire.keeper import Keeper
from tests.wire.server import open_door
from tests.wire.starting import unchecked


@pytest.fixture(autouse=True)
def just_started() -> Iterator[None]:
    """Nothing is known of earlier answers."""
    checking.forget()
    yield
    checking.forget()


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Keeper]:
    with serve_hub() as (hub, server):
        open_door(monkeypatch, server)
        own_keys()  # older than any backup
        approve(hub.identity())
        yield Keeper(hub, server)


@pytest.fixture
def keeping_peer(keeper: Keeper) -> Peer:
    return Peer.objects.get(origin=keeper.hub.origin)


@pytest.fixture
def section(db: None) -> BodyPage:
    page = add_section("mainz")
    settle()
    return page


@pytest.fixture
def restored(keeper: Keeper) -> Callable[[], Any]:
    """``with restored(): …``: what happens inside reaches the peer and is then lost here."""

    @contextmanager
    def losing() -> Iterator[None]:
        backup = transaction.savepoint()
        yield
        settle()
        keeper.keep()
        transaction.savepoint_rollback(backup)

    return losing


@pytest.fixture
def after_start() -> Iterator[None]:
    """As in a process that has appended nothing yet."""
    with unchecked():
        yield
