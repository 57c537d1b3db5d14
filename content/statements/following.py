"""Own statements follow the audience of what they are about, where it is narrowed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from content.models.statement import StatementPage
from content.statements.own import MODELS
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import NARROWING
from hub.documents import STATEMENTS, Audience

CONSUMER = "content.statements"


def follow_targets(batch: Sequence[CatalogueEntry]) -> None:
    """Narrow what own bodies state of these documents to those who may still read them.

    Handler of a catalogue consumer. It never widens: who stated it for few has to state it anew for many.
    Three queries for a batch that nothing is stated of.
    """
    audiences = {entry.object_id: Audience(entry.audience) for entry in batch if entry.kind not in STATEMENTS}
    for model in MODELS:
        for page in model.objects.filter(target__in=audiences, alias_of=None, live=True):
            _narrow(page, audiences[page.target])


def _narrow(page: StatementPage, audience: Audience) -> None:
    """Publish the statement for ``audience`` if that is narrower than its own."""
    if not _is_narrower(audience, page):
        return
    with transaction.atomic():
        held = type(page).objects.select_for_update(of=("self",)).filter(pk=page.pk, live=True).first()
        if held is not None and _is_narrower(audience, held):
            held.audience = audience
            held.save_revision().publish()


def _is_narrower(audience: Audience, page: StatementPage) -> bool:
    return NARROWING.index(audience) > NARROWING.index(Audience(page.audience))
