"""A measurement by itself, without running hubs: a database server of its own, a table, and JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.table import Row, print_table, write_json


@contextmanager
def lone_network(name: str) -> Iterator[Network]:
    """A network of which only the database server runs; its state is kept under that name."""
    network = Network(PROJECT / ".state" / name, say=print)
    network.cluster.hold()
    network.cluster.start()
    try:
        yield network
    finally:
        network.cluster.stop()
        network.cluster.release()


def measure_alone(
    name: str, description: str | None, measure: Callable[..., list[Row]], **amount: int
) -> None:
    """Measure as the command line says, print the table and write it.

    ``amount`` is the option that says over how many things ``measure`` goes, with its default.
    """
    parser = argparse.ArgumentParser(description=description)
    for option, default in amount.items():
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--json", type=Path, default=PROJECT / "var" / f"{name}.json")
    options = vars(parser.parse_args())
    path = options.pop("json")
    with lone_network(name) as network:
        rows = measure(network, **options)
    print_table(rows)
    write_json(rows, path)
    print(f"\n{path}")
