"""What the scripts at the door say, in the language of the page. Braces are filled in by the scripts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: dict[str, str | Promise] = {
    "offline": pgettext_lazy("door", "Not connected: go on, nothing is lost."),
    "signed_out": _(
        "This phone may no longer check in. Please open a new link of the organisers in this browser: what "
        "waits here is sent then."
    ),
    "odd": _("The server did not accept this. Please load the page again once you are connected."),
    "waits_one": pgettext_lazy("door", "{n} scan waits on this device."),
    "waits_many": pgettext_lazy("door", "{n} scans wait on this device."),
    "counts": pgettext_lazy("door", "{there} of {expected} are here"),
    "noted": _("{name}: noted. It is sent as soon as you are connected."),
    "noted_unknown": _("Noted. Who it is will be seen as soon as you are connected."),
    "seen_here": _("{name} is here already."),
    "waiting": _("{name} is on the waiting list. Please ask the organisers for a seat."),
    "offered": _("{name} was offered a seat and has not accepted yet. Please ask the organisers."),
    "expired": _("{name} did not take the offered seat in time. Please ask the organisers."),
    "unconfirmed": _("{name} has not confirmed the address yet and has no seat. Please ask the organisers."),
    "cancelled": _("{name} has cancelled. Please ask the organisers for a seat."),
    "no_badge": _("This is no badge of ours. Please search by name."),
    "state_in": pgettext_lazy("door", "here"),
    "state_seat": pgettext_lazy("door", "has a seat"),
    "state_waiting": pgettext_lazy("door", "waiting list"),
    "state_offered": pgettext_lazy("door", "seat offered"),
    "state_expired": pgettext_lazy("door", "offer over"),
    "state_unconfirmed": pgettext_lazy("door", "not confirmed"),
    "state_cancelled": pgettext_lazy("door", "cancelled"),
    "check_in": pgettext_lazy("door", "Check in"),
    "seat": pgettext_lazy("door", "Give a seat"),
    "undone": _("Taken back: {name} is not here."),
    "undo_noted": _("{name} is taken back. The server is told as soon as you are connected."),
    "set_aside": _("{name}: the server did not accept this. Please search by name and do it again."),
    "set_aside_unknown": _("The server did not accept this scan. Please scan the badge again."),
    "none_found": _("Nobody is found by these words. Please try a part of the name."),
    "few_offline": _("Without a connection only given names are found."),
    "camera_none": _("The camera cannot be used here. Please type the code or search by name."),
    "camera_refused": _(
        "The browser may not use the camera. Please allow it in the settings of this page, or type the code."
    ),
}
