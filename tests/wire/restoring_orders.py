"""Orders to a hub beside the test: lose what came after a backup, and start again after it was restored."""

from __future__ import annotations

from typing import Any


def state(origin: str) -> dict[str, Any]:
    """Where a log ends here, and the titles that are shown of it."""
    from hub.catalogue.models import CatalogueEntry, LogHead, State

    head = LogHead.objects.filter(origin=origin).first()
    shown = CatalogueEntry.objects.filter(origin=origin, state=State.LIVE, hidden=False)
    return {
        "seq": head.seq if head else 0,
        "hash": head.head_hash if head else "",
        "titles": sorted(shown.values_list("title", flat=True)),
    }


def lose(origin: str, seq: int) -> None:
    """Be as a backup would leave this hub that was made when the log of ``origin`` ended at ``seq``."""
    from django.db import transaction
    from wagtail.models import Page

    from hub.catalogue.models import CatalogueEntry, Change, LogHead, Mark

    with transaction.atomic():
        lost = Change.objects.filter(origin=origin, seq__gt=seq)
        entries = CatalogueEntry.objects.filter(object_id__in=lost.values("object_id"))
        for page in Page.objects.filter(pk__in=entries.exclude(page_id=None).values("page_id")):
            page.specific.delete()
        entries.delete()
        lost.delete()
        last = Change.objects.get(origin=origin, seq=seq)
        LogHead.objects.filter(origin=origin).update(seq=seq, head_hash=last.hash)
        Mark.objects.all().delete()


def publish_after_start(title: str) -> list[int]:
    """Publish as in a process that was just started; how many items settled before and after jobs ran."""
    from content.models import BodyPage
    from federation.restoring import checking
    from federation.tasks import recover_own_log
    from hub.catalogue.settling import settle
    from tests.factories.pages import add_report
    from tests.wire.starting import unchecked

    checking.forget()
    with unchecked():
        add_report(BodyPage.objects.get(), title)
        before = settle()
        recover_own_log()
        return [before, settle()]


ORDERS = (state, lose, publish_after_start)
