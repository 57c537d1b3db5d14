"""An empty content storage for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.wire.content import use_storage


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path)
