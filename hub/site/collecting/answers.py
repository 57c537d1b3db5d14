"""What a reader is told after a change of the collection, and where on its page they go on."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.site.collecting.chosen import Chosen

PLACE = "collection"
"""Tag of messages that are shown beside the button as well (theme/document/take_away.html)."""


def say_added(number: int) -> str:
    """That one was added, and how many there are now."""
    text = ngettext(
        "Added. Your collection holds %(number)s contribution.",
        "Added. Your collection holds %(number)s contributions.",
        number,
    )
    return text % {"number": number}


def with_link(text: str) -> SafeString:
    """The sentence with the way to the collection."""
    address = reverse("site:collection")
    return format_html('{} <a href="{}">{}</a>', text, address, _("Go to the collection"))


def say_moved(title: str, chosen: Chosen, record: uuid.UUID) -> str:
    """Where a contribution stands now, or that it is gone."""
    if record not in chosen.records:
        return _("“%(title)s” is removed.") % {"title": title}
    place = chosen.records.index(record) + 1
    return _("“%(title)s” is number %(place)s now.") % {"title": title, "place": place}


def place_after(before: Chosen, after: Chosen, record: uuid.UUID) -> str:
    """The address of the list at that contribution; once it is removed, at the one that takes its place."""
    address = reverse("site:collection")
    if record not in after.records:
        if not after.records:
            return address
        record = after.records[min(before.records.index(record), len(after.records) - 1)]
    return f"{address}#beitrag-{record}"
