"""Editors who save and publish at the same time: 8 beside 1, each in a process of its own.

Started as a module it is one editor: it writes its own report, waits for a line on standard input,
publishes as often as it is told and prints the seconds of each as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from fixtures.network.hubs import PROJECT, Hub
from fixtures.network.running import Network
from tests.load.table import Row, percentile

EDITORS = 8
PUBLISHES = 15


def measure_editors(network: Network) -> list[Row]:
    """p50 and p95 of saving and publishing by one editor and by eight, and how many times it failed."""
    hub = network.hubs["mainz"]
    rows: list[Row] = []
    alone = _publish_together(network, hub, 1)
    rows += _rows("1 editor", alone)
    together = _publish_together(network, hub, EDITORS)
    rows += _rows(f"{EDITORS} editors", together, rows[0])
    return rows


def _rows(name: str, told: list[dict], baseline: Row | None = None) -> list[Row]:
    times = [took for each in told for took in each["took"]]
    errors = [error for each in told for error in each["errors"]]
    p50 = percentile(times, 0.5) * 1000
    title = f"saving and publishing, {name}"
    began, ended = min(each["began"] for each in told), max(each["ended"] for each in told)
    return [
        Row(
            f"{title}, p50",
            p50,
            "ms",
            baseline.name if baseline else "",
            p50 / baseline.value if baseline else None,
        ),
        Row(f"{title}, p95", percentile(times, 0.95) * 1000, "ms"),
        Row(f"{title}, together", len(times) / (ended - began), "1/s"),
        Row(f"{title}, errors", len(errors), "errors"),
    ]


def _publish_together(network: Network, hub: Hub, editors: int) -> list[dict]:
    """What each of so many editors tells, all begun once the last is ready."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.load.editors", str(number)],
            cwd=PROJECT,
            env=network.environment(hub),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for number in range(editors)
    ]
    for process in processes:
        _read(process)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("los\n")
        process.stdin.flush()
    told = [_read(process) for process in processes]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=60)
    return told


def _read(process: subprocess.Popen[str]) -> dict:
    """The next JSON line; what else a process prints is passed over."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("{"):
            return json.loads(line)
    raise RuntimeError(f"an editor ended with {process.wait()}")


def main() -> None:
    """Be one editor."""
    import django

    django.setup()
    from django.db import Error

    from content.models import BodyPage, CaseReportPage

    section = BodyPage.objects.filter(live=True, alias_of=None).first()
    if section is None:
        raise SystemExit("no section to publish in: load the demo content first")
    page = CaseReportPage(
        title="Messung",
        slug=f"messung-gleichzeitig-{sys.argv[1]}",
        summary="Ein erfundener Bericht, der nur zum Messen da ist.",
        topics=["ki"],
        demo=True,
        live=False,
        pitfalls=[("paragraph", "<p>Acht schreiben zugleich.</p>")],
    )
    section.add_child(instance=page)
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.readline()
    told: dict = {"took": [], "errors": [], "began": time.time()}
    for number in range(PUBLISHES):
        page.title = f"Messung {number}"
        began = time.perf_counter()
        try:
            page.save_revision().publish()
        except Error as error:
            told["errors"].append(str(error))
        told["took"].append(time.perf_counter() - began)
    print(json.dumps(told | {"ended": time.time()}), flush=True)
    sys.stdin.readline()
    page.delete()


if __name__ == "__main__":
    main()
