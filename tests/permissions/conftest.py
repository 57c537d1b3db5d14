"""The world is built once, and every test leaves it as it found it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from hub.catalogue import guarding
from tests.permissions.building import build_world
from tests.permissions.probes import taken_back
from tests.permissions.world import World


@pytest.fixture(scope="package")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """People, pages, files and what was received, in one transaction that is never committed."""
    folder = tmp_path_factory.mktemp("permissions")
    place = {"BACKEND": "hub.files.storage.ContentStorage", "OPTIONS": {"location": str(folder / "content")}}
    changes: dict[str, Any] = {
        "MEDIA_ROOT": folder / "media",
        "STORAGES": {**settings.STORAGES, "content": place},
        "SECOND_FACTOR_REQUIRED": False,
    }
    with override_settings(**changes), django_db_blocker.unblock(), taken_back():
        guarding.note_current()  # the peers of this world answer nobody
        yield build_world()


@pytest.fixture
def _django_db_helper(world: World) -> Iterator[None]:
    """In the place of pytest-django's, which checks every constraint after each of three thousand cells."""
    with taken_back():
        yield
