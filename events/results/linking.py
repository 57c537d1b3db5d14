"""What a session's page leads to: focus groups, case reports and modules, found in the catalogue."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from content.builders import build_relations
from content.rebuilding.texts import part
from events.models import SessionNotePage
from events.planning.refusing import Refused
from events.results.pages import find_page
from events.results.services import lock_session
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards, find_entries, listed
from hub.documents import Viewer
from theme.labels import RELATIONS

USUAL: Mapping[str, str] = {"focus_group": "part_of", "case_report": "documents", "module": "uses"}
"""What can be led to, each with the relation that is offered first."""

FOUND_AT_MOST = 12
WORDS_AT_MOST = 5


@dataclass(frozen=True)
class Found:
    """A document that can be led to, and the relation offered for it."""

    entry: CatalogueEntry
    relation: str


@dataclass(frozen=True)
class Link:
    """What a page leads to; ``entry`` is None where the reader does not know it."""

    target: str
    relation: str | Promise
    entry: CatalogueEntry | None


def search_targets(words: str, viewer: Viewer) -> list[Found]:
    """Focus groups, case reports and modules whose title or summary has all these words; one query."""
    asked = words.split()[:WORDS_AT_MOST]
    if not asked:
        return []
    matching = Q()
    for word in asked:
        matching &= Q(title__icontains=word) | Q(summary__icontains=word)
    found = listed(cards(viewer)).filter(matching, kind__in=USUAL).order_by("kind", "title", "pk")
    return [Found(each, USUAL[each.kind]) for each in found[:FOUND_AT_MOST]]


def list_links(page: SessionNotePage, viewer: Viewer) -> list[Link]:
    """What the newest version of the page leads to, its event aside; three queries at most."""
    draft = page.get_latest_revision_as_object()
    relations = [each for each in build_relations(draft.relations) if each.target != page.event]
    known = find_entries((each.target for each in relations), viewer) if relations else {}
    return [
        Link(each.target, RELATIONS.get(each.type, each.type), known.get(each.target)) for each in relations
    ]


@transaction.atomic
def link_page(key: uuid.UUID, target: str, relation: str, viewer: Viewer, user: Any) -> None:
    """Let the draft lead to a document that ``viewer`` may read; the same target again is related anew.

    Raises :class:`Refused` for what cannot be led to (``unknown``), and while there is no draft
    (``no_draft``).
    """
    draft = _lock_draft(key)
    entry = find_entries([target], viewer).get(target)
    if entry is None or entry.kind not in USUAL or relation not in RELATIONS:
        raise Refused("unknown", _("This contribution is not known here any more. Search for it again."))
    value = {"type": relation, "page": None, "address": entry.object_id}
    _keep_links(draft, [*_others(draft, entry.object_id), part("relation", value)], user)


@transaction.atomic
def unlink_page(key: uuid.UUID, target: str, user: Any) -> None:
    """Let the draft lead there no more. Raises :class:`Refused` while there is no draft."""
    draft = _lock_draft(key)
    _keep_links(draft, _others(draft, target), user)


def _lock_draft(key: uuid.UUID) -> Any:
    page = find_page(lock_session(key))
    if page is None or page.live:
        raise Refused("no_draft", _("Only a draft can be changed here. Open the page in the editor."))
    return page.get_latest_revision_as_object()


def _others(draft: Any, target: str) -> list[dict[str, Any]]:
    """Its relations as they are stored, without those to ``target``."""
    stored = zip(draft.relations, list(draft.relations.raw_data), strict=True)
    return [raw for child, raw in stored if target not in {each.target for each in build_relations([child])}]


def _keep_links(draft: Any, links: list[dict[str, Any]], user: Any) -> None:
    draft.relations = json.dumps(links, default=str)
    draft.save_revision(user=user, log_action=True)
