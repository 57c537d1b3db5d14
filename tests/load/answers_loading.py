"""Loads the demo of all cities into a hub, reads their files and cuts everything into passages."""

from __future__ import annotations

import json
import os

import django
import structlog

from fixtures.network.hubs import PROJECT
from tests.load.relevance_asking import load


def main() -> None:
    """Print the number of passages."""
    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    from search.answers.models import Passage
    from search.rebuilding import rebuild
    from search.targets import targets

    load()
    for target in targets():
        rebuild(target)
    print(json.dumps({"passages": Passage.objects.count()}))


if __name__ == "__main__":
    os.chdir(PROJECT)
    main()
