"""Applying a peer's log beside the bare verification of the same bytes, and what a long one needs of memory.

Entries are made up by a hub in memory and applied in a scratch database that is dropped afterwards.
"""

from __future__ import annotations

from fixtures.network.running import Network
from tests.load.scratch import ask_in_scratch
from tests.load.table import Row

SCRATCH = "bench_applying"
ENTRIES = 3_000
LONG = 100_000
BARE = "JCS (rfc8785) and Ed25519 verification, 10 KB each"


def measure_applying(network: Network) -> list[Row]:
    """Entries per second, and memory of a sync of a hundred thousand entries beside a thirtieth of it."""
    few = ask_in_scratch(network, SCRATCH, "tests.load.receiver", str(ENTRIES))
    many = ask_in_scratch(network, SCRATCH, "tests.load.receiver", str(LONG))
    bare = few["bare"]
    base = f"sync of {ENTRIES:,} entries, peak memory"
    return [
        Row(BARE, bare, "1/s"),
        Row(
            "verified entries applied, 10 KB each", few["applied"], "1/s", BARE, few["applied"] / few["bare"]
        ),
        Row(f"applied in a sync of {LONG:,}", many["applied"], "1/s", BARE, many["applied"] / many["bare"]),
        Row(base, few["peak"], "MB"),
        Row(f"sync of {LONG:,} entries, peak memory", many["peak"], "MB", base, many["peak"] / few["peak"]),
    ]
