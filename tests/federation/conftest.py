"""Koblenz as an approved peer of Mainz, which is who the tests are."""

from __future__ import annotations

import pytest

from federation.models import Peer
from federation.peers import approve
from tests.wire.foreign import ForeignHub


@pytest.fixture
def koblenz() -> ForeignHub:
    return ForeignHub()


@pytest.fixture
def peer(db: None, koblenz: ForeignHub) -> Peer:
    return approve(koblenz.identity())
