"""Jobs of collections: printing one, and clearing away what is old."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from hub.site.collecting.models import PrintedCollection, PrintState
from hub.site.collecting.printing import clear_prints, print_collection

EVERY_HOUR = "25 * * * *"


# One at a time: they are long, and what peers and readers wait for goes before.
@app.task(name="site.print_collection", lock="site.print_collection", pass_context=False)
def print_one(key: str) -> None:
    """Print a collection that waits for it; one that is gone or done already is passed over."""
    printed = PrintedCollection.objects.filter(pk=key, state=PrintState.WAITING).first()
    if printed is not None:
        print_collection(printed)


@app.periodic(cron=EVERY_HOUR)
@app.task(name="site.clear_prints", queueing_lock="site.clear_prints", pass_context=False)
def clear_prints_hourly(timestamp: int) -> None:
    """Delete collections older than a day."""
    clear_prints(timezone.now())
