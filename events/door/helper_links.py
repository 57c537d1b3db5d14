"""Handing out links to those who help on the day, and ending them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import segno
from django.db import IntegrityError, transaction

from events.helping import write_helper_link
from events.models import EventDesk, Helper
from hub.accounts.models import User
from hub.documents.series import last_end

AFTER = dt.timedelta(hours=3)
"""How long a link lasts after the end of the event, unless organisers say otherwise."""


class NameTaken(Exception):
    """Another phone with that task has this name already, at this event: choose another one."""


@dataclass(frozen=True)
class Handed:
    """A helper as the page shows it; ``link`` and ``code`` (the address of a picture) while it is valid."""

    helper: Helper
    is_valid: bool
    link: str = ""
    code: str = ""


def default_end(desk: EventDesk, now: dt.datetime) -> dt.datetime:
    """When a new link ends by default: some hours after the event, or after now once that is over."""
    schedule = desk.event.build_schedule()
    return max(last_end(schedule) if schedule else now, now) + AFTER


def hand_out(desk: EventDesk, task: str, name: str, until: dt.datetime, user: User) -> Helper:
    """A new helper, whose link is valid until then. Raises :class:`NameTaken`."""
    try:
        with transaction.atomic():
            return Helper.objects.create(desk=desk, task=task, name=name, until=until, user=user)
    except IntegrityError:
        raise NameTaken from None


def end_helper(desk: EventDesk, key: str, now: dt.datetime) -> bool:
    """End a link at once; whether there was one of this event. Ending it twice changes nothing."""
    found = desk.helpers.filter(pk=key)
    return found.filter(ended=None).update(ended=now) > 0 or found.exists()


def list_handed(desk: EventDesk, now: dt.datetime, shown: str = "") -> list[Handed]:
    """All helpers of the event, those that are valid first; ``shown`` is the id of the one to show large.

    One query.
    """
    found = [_describe(helper, now, shown) for helper in desk.helpers.all()]
    return sorted(found, key=lambda handed: not handed.is_valid)


def _describe(helper: Helper, now: dt.datetime, shown: str) -> Handed:
    is_valid = helper.ended is None and helper.until > now
    if not is_valid or str(helper.pk) != shown:
        return Handed(helper, is_valid)
    link = write_helper_link(helper)
    return Handed(helper, is_valid, link, draw_code(link))


def draw_code(text: str) -> str:
    """A QR code (ISO/IEC 18004) as an address that holds the picture; dark on light, also on dark pages."""
    return segno.make(text, error="m", micro=False).svg_data_uri(border=3, dark="#000", light="#fff")
