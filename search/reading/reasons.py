"""Why a file could not be read, in words for those who run the site."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from search.reading import Reason

WORDS: dict[str, str | Promise] = {
    Reason.ENCRYPTED: _("It is protected by a password. Attach it without one."),
    Reason.BROKEN: _("It is damaged, or it is not what its name says. Save it anew and attach it again."),
    Reason.TOO_LARGE: _("It is too large to be searched. Attach it in parts."),
    Reason.TOO_SLOW: _("Reading it took too long. Attach it in parts, or save it anew."),
    Reason.TOO_MUCH_MEMORY: _("Reading it took too much memory. Attach it in parts, or save it anew."),
    Reason.CRASHED: _("The program that reads files failed on it. Save it anew and attach it again."),
}


def describe(reason: str) -> str:
    """What a stored :class:`search.reading.Reason` means and what to do about it."""
    return str(WORDS.get(reason, reason))
