"""Tickets: who may read a board may listen to its changes, and the live process asks nobody else."""

from __future__ import annotations

import datetime as dt

from django.core.signing import BadSignature, Signer

from events.models import EventDesk
from hub.env import env

SALT = "events.live"
HOURS = 12
"""How long a ticket is good for."""


def write_ticket(desk: EventDesk, now: dt.datetime) -> str:
    """A ticket for the changes of this event; the same one within an hour, so that answers are."""
    return Signer(salt=SALT).sign(f"{desk.pk}.{_hour(now)}")


def read_ticket(ticket: str, now: dt.datetime) -> int | None:
    """The id of the desk; None if the ticket is forged or over."""
    try:
        desk, hour = Signer(salt=SALT).unsign(ticket).split(".")
        return int(desk) if 0 <= _hour(now) - int(hour) <= HOURS else None
    except (BadSignature, ValueError):
        return None


def stream_address(desk: EventDesk, now: dt.datetime) -> str:
    """Where a browser listens, with its ticket."""
    return f"{env.live_url}/live/?ticket={write_ticket(desk, now)}"


def _hour(moment: dt.datetime) -> int:
    return int(moment.timestamp()) // 3600
