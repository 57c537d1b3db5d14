"""Time to import the official directory, beside reading the file alone, and the directory's page after it.

The official files lie in ``../shared/data`` where they are at hand; without them there are no such rows.
"""

from __future__ import annotations

import json
import time

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.pages import ask_hub, measure_rate
from tests.load.table import Row

DATA = PROJECT.parent / "shared" / "data"
OFFICIAL = DATA / "GV100AD_301123.txt"
PLACES = DATA / "gemeinden_rlp_koordinaten.csv"
READING = "reading the official directory"


def measure_directory(network: Network) -> list[Row]:
    """Import Rhineland-Palatinate twice in a process of a hub, then load the page."""
    if not OFFICIAL.exists():
        return []
    hub = network.hubs["mainz"]
    seconds = ask_hub(network, hub, "tests.load.directory")
    reading = seconds.pop(READING)
    rows = [Row(READING, reading, "s")]
    rows += [Row(name, took, "s", READING, took / reading) for name, took in seconds.items()]
    return rows + measure_rate(hub, "directory page, whole directory", "/kommunen/")


def main() -> None:
    """Import and print the seconds as JSON."""
    import django

    django.setup()
    from django.core.management import call_command

    from hub.municipalities.gv100ad import read_directory

    seconds = {}
    began = time.perf_counter()
    read_directory(OFFICIAL.read_bytes())
    seconds[READING] = time.perf_counter() - began
    for name in ("import of Rhineland-Palatinate", "the same again"):
        began = time.perf_counter()
        call_command("import_municipalities", str(OFFICIAL), coordinates=PLACES, verbosity=0)
        seconds[name] = time.perf_counter() - began
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
