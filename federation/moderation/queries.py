"""What the admin of moderation reads. Each function says how many queries it costs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from hub.catalogue.models import CatalogueEntry, ModerationAct, Overlay, State
from hub.errors import UnreadableDocument

EXCERPT = 300
Entries = QuerySet[CatalogueEntry]

HELD, CHANGED, HIDDEN, LABELLED = "zurueckgehalten", "geaendert", "ausgeblendet", "hinweis"
LISTS = {
    HELD: _("held for review"),
    CHANGED: _("changed since release"),
    HIDDEN: _("hidden"),
    LABELLED: _("with a note"),
}
"""The lists of the queue, as addresses name them."""


def _held(found: Entries) -> Entries:
    return found.filter(overlay=Overlay.HELD)


def _hidden(found: Entries) -> Entries:
    return found.filter(overlay=Overlay.HIDDEN)


def _labelled(found: Entries) -> Entries:
    return found.exclude(label="")


def _changed(found: Entries) -> Entries:
    releases = ModerationAct.objects.filter(action=ModerationAct.Action.RELEASE)
    last = releases.filter(object_id=OuterRef("object_id")).order_by("-at", "-pk").values("revision")[:1]
    released = found.filter(overlay="", object_id__in=releases.order_by().values("object_id"))
    return released.annotate(looked_at=Subquery(last)).filter(looked_at__lt=F("revision"))


_CHOOSING: Mapping[str, Callable[[Entries], Entries]] = {
    HELD: _held,
    CHANGED: _changed,
    HIDDEN: _hidden,
    LABELLED: _labelled,
}


def moderated(name: str, source: str = "") -> Entries:
    """One of the :data:`LISTS`, of all instances or of one by its short name; oldest change first."""
    received = CatalogueEntry.objects.exclude(source="").filter(state=State.LIVE)
    if source:
        received = received.filter(source=source)
    return _CHOOSING[name](received).order_by("position")


def count_lists(source: str = "") -> dict[str, int]:
    """How many items each list holds; four queries."""
    return {name: moderated(name, source).count() for name in LISTS}


def find_received(source: str, key: uuid.UUID) -> CatalogueEntry | None:
    """A received entry, shown or not; one query."""
    return CatalogueEntry.objects.exclude(source="").filter(source=source, uuid=key).first()


def is_changed(entry: CatalogueEntry) -> bool:
    """Whether it is shown in a revision that nobody has looked at since its release; one query."""
    return _changed(CatalogueEntry.objects.filter(pk=entry.pk)).exists()


def acts_of(object_id: str) -> QuerySet[ModerationAct]:
    """Everything that was done about one item, newest first."""
    return ModerationAct.objects.filter(object_id=object_id)


def find_acts(action: str = "", words: str = "") -> QuerySet[ModerationAct]:
    """All acts, newest first: of one kind, and with these words in title, address, reason, label or name."""
    found = ModerationAct.objects.all()
    if action:
        found = found.filter(action=action)
    for word in words.split()[:10]:
        columns = ("title", "object_id", "reason", "label", "by")
        found = found.filter(Q(*[(f"{name}__icontains", word) for name in columns], _connector=Q.OR))
    return found


def excerpt(entry: CatalogueEntry) -> str:
    """The summary of an entry, else the begin of its text; no query."""
    if entry.summary:
        return Truncator(entry.summary).chars(EXCERPT)
    try:
        text = entry.document.text()
    except UnreadableDocument:
        return ""
    blocks = (block.text for section in text.sections for block in section.blocks if block.text)
    return Truncator(" ".join(blocks)).chars(EXCERPT)
