"""How a report's confirmation stands: ``{% load editorial %}``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import RequestContext
from django.utils import timezone

from content.queries import Confirmation, confirmation_of
from hub.accounts.roles import ELEVATED, roles_of
from hub.catalogue.models import CatalogueEntry
from hub.documents import Document

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """A confirmation as a page shows it; ``may_confirm`` offers the button."""

    state: Confirmation
    may_confirm: bool


@register.simple_tag(takes_context=True, name="confirmation_of")
def show_confirmation(context: RequestContext, document: Document, entry: CatalogueEntry) -> Shown:
    """Of a report that never was confirmed by itself, the day of its last change counts.

    One query for people signed in, on a report of this instance that is due; else none.
    """
    state = confirmation_of(entry.confirmed or _day(entry.changed), timezone.localdate())
    may = (
        state.announced and entry.is_local and bool(entry.pk) and _may_confirm(context.get("user"), document)
    )
    return Shown(state, may)


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment)


def _may_confirm(user: Any, document: Document) -> bool:
    if user is None or not user.is_authenticated:
        return False
    if user.is_superuser:
        return True
    own = {role.body_id for role in roles_of(user) if role.role in ELEVATED}
    return bool(own.intersection(document.publishers[:1]))
