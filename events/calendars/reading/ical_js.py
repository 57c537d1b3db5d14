"""ical.js, the reader of Thunderbird and Nextcloud, in a process of Node."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

from events.calendars.reading.instances import Instance, ReaderMissing

SCRIPT = Path(__file__).with_name("ical.mjs")
SECONDS = 60


def read(body: bytes, first: dt.datetime, last: dt.datetime) -> set[Instance]:
    """Every date that begins in that time. Raises ``CalledProcessError`` for a file it cannot read."""
    node = shutil.which("node")
    library = Path(settings.BASE_DIR) / "node_modules" / "ical.js" / "dist" / "ical.js"
    if node is None or not library.exists():
        raise ReaderMissing("ical.js")
    limits = [str(int(moment.timestamp())) for moment in (first, last)]
    done = subprocess.run(
        [node, SCRIPT, library, *limits], input=body, capture_output=True, check=True, timeout=SECONDS
    )
    return {
        Instance(uid, dt.datetime.fromtimestamp(starts, dt.UTC), dt.datetime.fromtimestamp(ends, dt.UTC))
        for uid, starts, ends in json.loads(done.stdout)
    }
