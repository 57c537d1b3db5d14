"""Two people write the same page: who saves second is told, before anything of the first is covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from wagtail.models import Page, Revision


@dataclass(frozen=True)
class Conflict:
    """Who saved what in between, and the address at which that is shown."""

    newest: Revision
    address: str

    @property
    def message(self) -> str:
        """What happened, and what happens next."""
        moment = date_format(timezone.localtime(self.newest.created_at), "TIME_FORMAT")
        return gettext(
            "%(person)s has saved this page at %(time)s, while you were writing. What you have written is "
            "still here and not saved yet. If you save once more, yours becomes the newest version; the "
            "other one stays in the history."
        ) % {"person": self.newest.user, "time": moment}


def find_conflict(data: Mapping[str, Any], page: Page, user: Any) -> Conflict | None:
    """What somebody else saved since the form was opened.

    The form names the version it was opened with. A newer one of the same person is their own saving in
    the background. The form shown again names the newest version, so saving once more goes through.
    """
    newest: Revision | None = page.latest_revision if page.pk else None
    loaded = data.get("overwrite_revision_id") or data.get("loaded_revision_id")
    if newest is None or not loaded or newest.user_id in (None, user.pk) or not _is_newer(data, newest):
        return None
    return Conflict(newest, _compare(page, loaded))


def _is_newer(data: Mapping[str, Any], newest: Revision) -> bool:
    if own := data.get("overwrite_revision_id"):
        return str(own) != str(newest.pk)
    if str(data.get("loaded_revision_id")) != str(newest.pk):
        return True
    opened = data.get("loaded_revision_created_at")
    return bool(opened) and opened != newest.created_at.isoformat()


def _compare(page: Page, loaded: Any) -> str:
    known = str(loaded).isdigit() and str(loaded) != str(page.latest_revision_id)
    since = str(loaded) if known else "live" if page.live else "earliest"
    return reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, since, "latest"])
