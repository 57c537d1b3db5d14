"""What a device keeps of a board, to read it without a network."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_a_device_keeps_only_what_everybody_may_read_and_no_ticket() -> None:
    """The worker asks as everybody: what it does not keep is for members, and is not kept beside it."""
    check = Path(__file__).with_name("keeping_check.mjs")
    module = ROOT / "events" / "static" / "events" / "live" / "keep.js"
    done = subprocess.run(["node", str(check), str(module)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"/offen/stand.json": {"number": 2, "cards": ["Kim"], "stream": None}}


def test_a_server_that_is_away_is_as_good_as_no_network() -> None:
    """What is kept stands in while the proxy alone answers; a fault of the server itself is an answer."""
    check = Path(__file__).with_name("worker_check.mjs")
    worker = ROOT / "events" / "static" / "events" / "live" / "worker.js"
    done = subprocess.run(["node", str(check), str(worker)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = [200, "kept", "1"]
    assert json.loads(done.stdout) == {
        "fresh": [200, "fresh", None],
        "no network": kept,
        "bad gateway": kept,
        "server away": kept,
        "too slow": kept,
        "away and nothing kept": [503, "fresh", None],
        "a fault is an answer": [500, "fresh", None],
        "not any more": [404, "fresh", None],
        "wall with a card": kept,
        "what the wall asks for": "untouched",
    }
