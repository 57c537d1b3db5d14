"""The schedule of an event as a file for programme apps."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import translation

from events.models import EventDesk
from events.printing.formats import write_json, write_xml
from events.printing.released import find_released
from events.printing.schedule import Schedule, build_schedule
from hub.documents import DEFAULT_LANGUAGE
from hub.env import env

FORMS: dict[str, tuple[str, Callable[[Schedule, str], bytes]]] = {
    "xml": ("application/xml; charset=utf-8", write_xml),
    "json": ("application/json", write_json),
}
"""The media type of each form, and what writes it."""


def export_schedule(desk: EventDesk, form: str) -> bytes | None:
    """The released programme as ``xml`` or ``json``; None while none is. The same gives the same bytes."""
    with translation.override(DEFAULT_LANGUAGE):
        released = find_released(desk)
    if released is None or not released.slots:
        return None
    address = env.origin + reverse(f"events:schedule_{form}", args=[desk.event.translation_key])
    return FORMS[form][1](build_schedule(released), address)
