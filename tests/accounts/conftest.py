from __future__ import annotations

import pytest


@pytest.fixture
def commits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction never ends: what waits for that is done at once, while its request lasts."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda done, using=None, robust=False: done())
