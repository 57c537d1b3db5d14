"""How often one sender may register, and how many mails an address may be sent that way."""

from __future__ import annotations

from allauth.core.internal.ratelimit import consume, get_ip
from django.http import HttpRequest

from events.registering.refusing import Reason

SENDER, ADDRESS = "event_register", "event_address"
LIMITS = {SENDER: "3000/h/key", ADDRESS: "5/d/key"}
"""A town hall has one address to the outside, a hall full of people one network, a mailbox one owner.

Five hundred people in a hall register, propose, change and cancel: that is six forms of each in an hour.
"""


def find_excess(request: HttpRequest, address: str) -> Reason | None:
    """Count one more form that sends a mail to this address; what it is too many of, if it is."""
    if not may_send(request):
        return Reason.TOO_OFTEN
    return None if may_write_to(request, address) else Reason.MANY_MAILS


def may_send(request: HttpRequest) -> bool:
    """Count one more form of this account, else of this network; False where it is one too many."""
    sender = f"person {request.user.pk}" if request.user.is_authenticated else f"address {get_ip(request)}"
    return consume(request, app="events", action=SENDER, config=LIMITS, key=sender) is not None


def may_write_to(request: HttpRequest, address: str) -> bool:
    """Count one more mail to this address that somebody typed; False where it is one too many."""
    key = address.strip().lower()
    return consume(request, app="events", action=ADDRESS, config=LIMITS, key=key) is not None
