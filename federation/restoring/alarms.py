"""What an operator has to know of the own log, kept where health and status read it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from hub.catalogue.models import CatalogueEntry, Setback, State
from hub.env import env

OWN_LOG = "own log"
"""The consumer under whose name a :class:`Setback` says why nothing is published."""
RECOVERED = "recovered"
"""The same for what was brought back from a peer and cannot become a page."""


def raise_alarm(reason: str) -> None:
    """Keep the reason why nothing is published, in place of an earlier one."""
    Setback.objects.update_or_create(
        consumer=OWN_LOG, object_id=env.origin, defaults={"error": reason[:2000]}
    )


def end_alarm() -> None:
    """All is well again."""
    Setback.objects.filter(consumer=OWN_LOG).delete()


def why_publishing_waits() -> str:
    """The sentence an operator reads; empty while all is well."""
    kept = Setback.objects.filter(consumer=OWN_LOG).values_list("error", flat=True)
    return kept.first() or ""


def recovered_without_page() -> QuerySet[CatalogueEntry]:
    """Own entries that were brought back and are read as before, but have no page; newest first."""
    held = CatalogueEntry.objects.filter(origin=env.origin, recovered=True, state=State.LIVE)
    return held.defer("body").order_by("-changed", "pk")


def reasons_without_page(object_ids: Iterable[str]) -> dict[str, str]:
    """Why these could not become pages, by id."""
    kept = Setback.objects.filter(consumer=RECOVERED, object_id__in=list(object_ids))
    return dict(kept.values_list("object_id", "error"))
