"""``python -m tests.load``: start a network of its own, measure, print one table, write JSON."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.answers_quality import measure_answers
from tests.load.answers_scale import measure_questions
from tests.load.applying import measure_applying
from tests.load.archive import measure_archive
from tests.load.bench_events import measure_events
from tests.load.catching_up import measure_catching_up
from tests.load.directory import measure_directory
from tests.load.documents import measure_documents
from tests.load.editors import measure_editors
from tests.load.files import measure_files
from tests.load.interfaces import measure_interfaces
from tests.load.lists import measure_lists
from tests.load.network import FIRST, measure_memory, measure_start
from tests.load.pages import measure_pages
from tests.load.polling import measure_crowd, measure_polling
from tests.load.propagation import measure_propagation
from tests.load.relevance import measure_relevance
from tests.load.search_scale import measure_search
from tests.load.table import Row, print_table, write_json

STATE = PROJECT / ".state" / "bench"
RESULT = PROJECT / "var" / "bench.json"

STEPS = (
    ("Seiten unter Last", measure_pages),
    ("Amtliches Verzeichnis", measure_directory),
    ("Acht Schreibende zugleich", measure_editors),
    ("Listen über viele Beiträge", measure_lists),
    ("Suche über 10.000 Beiträge", measure_search),
    ("Güte der Suche", measure_relevance),
    ("Güte der Antworten", measure_answers),
    ("Fragen an 10.000 Passagen", measure_questions),
    ("Feeds und Programmierschnittstelle", measure_interfaces),
    ("Beiträge als PDF", measure_documents),
    ("Zwei Gigabyte hinein und heraus", measure_files),
    ("Archiv von 5.000 Beiträgen", measure_archive),
    ("Ein Barcamp unter Last", measure_events),
    ("Empfangene Änderungen anwenden", measure_applying),
    ("10.000 verpasste Änderungen nachholen", measure_catching_up),
    ("Nachfragen, wenn nichts neu ist", measure_polling),
    ("Fünfzig Instanzen fragen nach", measure_crowd),
)


def main() -> None:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publishes", type=int, default=200)
    parser.add_argument("--port-base", type=int, default=17001)
    parser.add_argument("--json", type=Path, default=RESULT)
    options = parser.parse_args()

    Network(STATE, options.port_base).reset()
    rows: list[Row] = []
    with_progress = {"say": lambda line: print(line, flush=True)}
    network = Network(STATE, options.port_base, **with_progress)
    try:
        row, first = measure_start(network, FIRST)
        rows.append(row)
        network.stop()
        network = Network(STATE, options.port_base, **with_progress)
        row, _ = measure_start(network, "second start to four answering hubs", first)
        rows.append(row)
        print(f"{options.publishes} Veröffentlichungen …", flush=True)
        rows += measure_propagation(network, options.publishes)
        rows += measure_memory(network)
        for said, measure in STEPS:
            print(f"{said} …", flush=True)
            rows += measure(network)
    finally:
        network.stop()
    Network(STATE, options.port_base).reset()
    print(f"\n{os.cpu_count()} Kerne, {options.publishes} Veröffentlichungen")
    print_table(rows)
    write_json(rows, options.json)
    print(f"\n{options.json}")


if __name__ == "__main__":
    main()
