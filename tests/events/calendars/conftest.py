"""The clock of pages, set."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone


@pytest.fixture
def freezer_at(monkeypatch):
    """Sets what Django says the time is."""

    def set_clock(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_clock
