"""One step of measuring search or answers: ``python -m tests.load.search_hub STEP …`` prints JSON."""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys

import django
import structlog

from fixtures.network.hubs import PROJECT

STEPS = (
    "search_filling", "search_asking", "search_stock", "search_arrivals", "answers_filling", "answers_asking",
)  # fmt: skip


def main() -> None:
    """Do the step ``tests.load.<step>`` in the environment of a hub."""
    step, *arguments = sys.argv[1:]
    if step not in STEPS:
        raise SystemExit(f"one of {', '.join(STEPS)}")
    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.WARNING)
    module = importlib.import_module(f"tests.load.{step}")
    print(json.dumps(module.measure(*arguments)))


if __name__ == "__main__":
    os.chdir(PROJECT)
    main()
