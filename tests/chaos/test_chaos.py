"""Four real hubs that are killed and cut off while they publish hold the same in the end."""

from __future__ import annotations

from pathlib import Path

from fixtures.network.probing import find_free_ports
from tests.chaos.run import run_chaos

STATE = Path(__file__).resolve().parent.parent.parent / ".state" / "chaos-test"
SEED = 1234
ORDERS = 500


def test_four_hubs_in_turmoil_lose_forge_and_double_nothing():
    outcome = run_chaos(STATE, find_free_ports(4), SEED, ORDERS, print)
    assert outcome.faults == []
    assert outcome.orders == ORDERS
    assert outcome.acknowledged > ORDERS * 0.9
    assert sum(outcome.troubles.values()) > ORDERS // 12
