"""The words with which scripts fill a board."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS = {
    "ok": _("Live: changes show at once."),
    "slow": _("Changes show within 15 seconds."),
    "lost": _("As of %(at)s, offline. It goes on by itself as soon as there is a network."),
    "before": _("As released. On the day, changes show here at once."),
    "cancelled_event": _("This event does not take place."),
    "moved": _("“%(title)s” is now here: %(place)s."),
    "added": _("New: “%(title)s”, %(place)s."),
    "removed": _("“%(title)s” does not take place."),
    "reworded": _("“%(title)s” was changed."),
    "several": _("The programme has changed in several places."),
    "changed": _("changed at %(at)s"),
    "until": _("until %(at)s"),
    "at": _("at %(at)s"),
    "room": _("Room"),
    "hosts": _("Hosts"),
    "break": _("Break"),
    "nothing_now": _("Nothing runs right now."),
    "nothing_next": _("Nothing more today."),
    "on_stage": pgettext_lazy("pitch", "On stage"),
    "then": pgettext_lazy("pitch", "Then"),
    "hands": _("raised hands: %(n)s"),
}


def list_words() -> dict[str, str]:
    """In the language of the visitor."""
    return {name: str(text) for name, text in WORDS.items()}
