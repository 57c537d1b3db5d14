"""WSGI entry: pages."""

from __future__ import annotations

import os
import sys
import threading

from django.core.wsgi import get_wsgi_application

from hub.errors import ConfigurationError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

WARM_UP_AFTER_SECONDS = 5.0

GUNICORN_GIVES_UP = 4

try:
    application = get_wsgi_application()
except ConfigurationError as error:
    # With this code gunicorn stops and does not start the same fault again and again.
    print(f"\n{error}\n", file=sys.stderr)  # noqa: T201 - there is no log before there are settings
    sys.exit(GUNICORN_GIVES_UP)

from hub.catalogue import guarding  # noqa: E402 - needs the apps, which are loaded above
from hub.site.reach import counting  # noqa: E402
from search import asked  # noqa: E402

guarding.begin_as(guarding.Role.PAGES)
counting.keep_flushing()
asked.keep_flushing()


def _warm_up() -> None:
    from search.answers import generation, pipeline

    pipeline.warm_up()
    generation.warm_up()


# The first question would otherwise wait for the pipeline's import. The first pages go before it.
_timer = threading.Timer(WARM_UP_AFTER_SECONDS, _warm_up)
_timer.daemon = True
_timer.start()
