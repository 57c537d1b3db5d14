"""WSGI entry: pages."""

from __future__ import annotations

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

WARM_UP_AFTER_SECONDS = 5.0

application = get_wsgi_application()


def _warm_up() -> None:
    from search.answers.pipeline import warm_up

    warm_up()


# The first question would otherwise wait for the pipeline's import. The first pages go before it.
_timer = threading.Timer(WARM_UP_AFTER_SECONDS, _warm_up)
_timer.daemon = True
_timer.start()
