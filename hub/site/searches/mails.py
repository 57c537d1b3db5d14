"""The mail with new results of a saved search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.mails import Mail
from hub.accounts.unsubscribing import unsubscribe_headers
from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.env import env
from hub.site.digest.issue import one_line, permanent_address
from hub.site.searches.links import unsubscribe_url
from hub.site.searches.models import SavedSearch
from hub.site.searches.wording import Wording, results_address
from theme.bodies import BodyDirectory
from theme.labels import KINDS, label

MOST_SHOWN = 20
"""Results in one mail; what is beyond stands on the page of the search."""


def write_mail(search: SavedSearch, found: Sequence[CatalogueEntry], wording: Wording, day: dt.date) -> Mail:
    """New results for one search, in the language that is active; one query for bodies.

    Its id is the same whenever this day's mail is sent again, so that mail programs can drop a second copy.
    """
    context = {
        "search": search,
        "pieces": _describe(found[:MOST_SHOWN]),
        "number": len(found),
        "more": max(0, len(found) - MOST_SHOWN),
        "asked": one_line(str(wording)),
        "results": results_address(search.query),
        "change": env.origin + reverse("site:edit-search", args=[search.pk]),
        "unsubscribe": unsubscribe_url(search),
        "name": env.name,
        "origin": env.origin,
    }
    headers = {
        **unsubscribe_headers(unsubscribe_url(search)),
        "Message-ID": f"<search.{search.key.hex}.{day:%Y%m%d}@{env.host}>",
    }
    text = render_to_string("site/searches/mails/found.txt", context)
    return Mail(
        _subject(search, len(found)), text.strip() + "\n", to=[str(search.user.email)], headers=headers
    )


def _subject(search: SavedSearch, number: int) -> str:
    words = ngettext("%(number)s new result for “%(name)s”", "%(number)s new results for “%(name)s”", number)
    return f"Wissenshub {env.name}: " + words % {"number": number, "name": search.name}


def _describe(found: Sequence[CatalogueEntry]) -> list[dict[str, str]]:
    bodies = BodyDirectory()
    bodies.know(key for entry in found for key in entry.publishers)
    return [
        {
            "title": one_line(entry.title),
            "demo": _("DEMO") if entry.card.get("demo") else "",
            "kind": label(KINDS, entry.kind),
            "town": ", ".join(one_line(bodies.name(key)) for key in entry.publishers),
            "summary": one_line(entry.summary),
            "url": permanent_address(entry),
            "access": ""
            if entry.audience == Audience.PUBLIC
            else _("Not public: please sign in to read it."),
        }
        for entry in found
    ]
