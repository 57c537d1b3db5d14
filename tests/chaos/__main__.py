"""``make chaos``: four real hubs are killed and cut off while they publish, and are equal in the end."""

from __future__ import annotations

import argparse
import secrets
import sys

from fixtures.network.hubs import PROJECT
from tests.chaos.run import run_chaos

STATE = PROJECT / ".state" / "chaos"


def main() -> None:
    """Run once and say how it ended; exit code 1 if anything was lost, doubled or unequal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="draws the same trouble again")
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--port-base", type=int, default=17601)
    options = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    outcome = run_chaos(STATE, options.port_base, seed, options.orders, lambda line: print(line, flush=True))
    print(f"{outcome.orders} orders, {outcome.acknowledged} acknowledged, {outcome.seconds:.0f} s")
    print(f"trouble: {outcome.troubles}")
    for fault in outcome.faults:
        print(f"FAULT {fault}")
    print(f"seed {seed}: " + ("NOT equal" if outcome.faults else "all equal, nothing lost, nothing doubled"))
    sys.exit(1 if outcome.faults else 0)


if __name__ == "__main__":
    main()
