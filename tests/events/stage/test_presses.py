"""What a device does with presses that wait: they are sent once, and by nobody but whoever pressed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

LOGIN = "moved https://hub.example/konto/login/?next=/wand/"


def seen(told: list[str], sent: list[str], waits: int = 0) -> dict[str, object]:
    return {"told": told, "sent": sent, "waits": waits}


def test_presses_wait_for_whoever_pressed_and_end_with_the_right_alone() -> None:
    check = Path(__file__).with_name("presses_check.mjs")
    module = Path(__file__).resolve().parents[3] / "events" / "static" / "events" / "stage" / "presses.js"
    done = subprocess.run(["node", str(check), str(module)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "taken": seen([], ["u1"]),
        "refused": seen(["refused Aufrufen"], ["u1"]),
        "another account": seen(["other"], ["u1"], waits=1),
        "signed out": seen([LOGIN], ["u1"], waits=1),
        "guest without a session": seen(["unknown"], ["p1"], waits=1),
        "link over": seen(["ended"], ["h1"]),
        "second factor": seen(["moved https://hub.example/konto/2fa/"], ["u1"], waits=1),
        "token of another time": seen(["other"], ["u1"], waits=1),
        "helper forbidden": seen(["ended"], ["h1"]),
        "no organiser any more": seen(["ended"], ["u1"]),
        "still may": seen(["refused Aufrufen"], ["u1"]),
        "a view that fails": seen([], ["u1", "u1"]),
        "long ago": {"kept": ["stage:e:u1:a"], "waits": 0, "problems": ["old"]},
    }
