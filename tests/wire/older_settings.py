"""Settings of a hub of an older version."""

from __future__ import annotations

from tests.wire.home_hub_settings import *  # noqa: F403
from tests.wire.home_hub_settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.wire.older.OlderVersion"]
