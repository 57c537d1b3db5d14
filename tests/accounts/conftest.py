from __future__ import annotations

import pytest

from hub.accounts.models import Role
from tests.factories.people import add_operator, add_person, add_town


@pytest.fixture
def commits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction never ends: what waits for that is done at once, while its request lasts."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda done, using=None, robust=False: done())


@pytest.fixture
def worms():
    return add_town("07319000", "Worms")


@pytest.fixture
def coordinator(worms):
    return add_person("koordination@worms.de", worms, Role.COORDINATOR)


@pytest.fixture
def author(worms):
    return add_person("schreibt@worms.de", worms, Role.AUTHOR)


@pytest.fixture
def operator():
    return add_operator()


@pytest.fixture
def asker():
    return add_person("neu@worms.de", first_name="Nele", last_name="Neu")
