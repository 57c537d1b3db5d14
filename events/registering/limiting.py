"""How often one sender may register, and how many mails an address may be sent that way."""

from __future__ import annotations

import uuid

from allauth.core.internal.ratelimit import consume, get_ip
from django.http import HttpRequest

from events.registering.refusing import Reason

SENDER, ADDRESS, CORRECTION = "event_register", "event_address", "event_correction"
LIMITS = {SENDER: "3000/h/key", ADDRESS: "5/d/key", CORRECTION: "3/d/key"}
"""A town hall has one address to the outside, a hall full of people one network, a mailbox one owner.

Five hundred people in a hall register, propose, change and cancel: that is six forms of each in an hour.
Whoever corrects the address of a colleague mends a slip; more would try which addresses are known.
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


def may_correct(request: HttpRequest, colleague: uuid.UUID) -> bool:
    """Count one more address that was typed for a colleague; False where it is one too many."""
    return consume(request, app="events", action=CORRECTION, config=LIMITS, key=colleague.hex) is not None
