"""A real browser and a real network: four hubs, each with its own database, keys and processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from fixtures.network.probing import find_free_ports
from fixtures.network.running import Network
from tests.browser.live_day import base, day, live_base, section  # noqa: F401 - fixtures

STATE = Path(__file__).resolve().parent.parent.parent / ".state" / "browser"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE_MS = 30_000
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]
"""The marks of every module here. All of them share one network, so they run in one process."""


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """Four running hubs with the demo's content, from scratch."""
    Network(STATE).reset()
    with Network(STATE, find_free_ports(4)) as running:
        yield running
    Network(STATE).reset()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()
