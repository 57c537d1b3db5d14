"""What a list needs to know of a document, worked out once when it is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from hub.catalogue.dates import card_dates
from hub.documents import Costs, Document

MONTHS = 12
SLACK = dt.timedelta(days=1)
"""How far ahead of this instance's day a received one may be: peers' clocks and time zones differ."""
MOST_FORMATS = 6
WITH_FILES = frozenset({"module", "motion", "training"})


def licence_of(document: Document) -> str:
    """The SPDX identifier under which it may be reused, if it names one."""
    parts = (document.module, document.dataset, document.motion)
    return next((part.licence for part in parts if part and part.licence), "")


def first_year_costs(costs: Costs | None) -> int | None:
    """What the first year costs, in euros: once and twelve months, as far as known; None if nothing is."""
    if costs is None or (costs.once_eur is None and costs.monthly_eur is None):
        return None
    return (costs.once_eur or 0) + MONTHS * (costs.monthly_eur or 0)


def year_of(document: Document) -> int | None:
    """The year of the matter: of the event, the release, the evidence, the data; None where only its
    publication is dated."""
    day = _day_of(document)
    return day.year if day else None


def confirmed_on(document: Document) -> dt.date | None:
    """The day its owner last said that it still holds; none that lies ahead, which confirms nothing."""
    if document.statement:
        return no_later(document.statement.confirmed or document.statement.made)
    return no_later(document.case.confirmed) if document.case else None


def no_later(day: dt.date | None) -> dt.date | None:
    """``day`` unless it lies ahead by more than :data:`SLACK`."""
    return day if day and day <= timezone.localdate() + SLACK else None


def build_card(document: Document) -> dict[str, Any]:
    """The facts a card shows beside the columns of the entry. Nothing that is not set is held.

    Days are ISO dates, amounts whole euros, lengths minutes. Lists so need no document, and show
    an entry even where its document asks for a newer version of this software.
    """
    facts: dict[str, Any] = {"demo": document.demo}
    if document.contact:
        facts["contact"] = document.contact.model_dump(exclude_defaults=True)
    if document.costs:
        facts |= {"once": document.costs.once_eur, "monthly": document.costs.monthly_eur}
    for build in (_use_facts, _event_facts, _module_facts, _exchange_facts, _data_facts, _decision_facts):
        facts |= build(document)
    if document.kind in WITH_FILES:
        facts["files"] = len(document.files) or None
    return {name: value for name, value in facts.items() if value or (value == 0 and value is not False)}


def _day_of(document: Document) -> dt.date | None:
    if document.event:
        return document.event.starts.date()
    if document.module:
        return document.module.released
    if document.case:
        return document.case.evidence_date or document.case.started
    if document.dataset:
        return document.dataset.modified or document.dataset.ends
    if document.recording:
        return document.recording.held
    if document.session:
        return document.session.held
    return document.motion.decided if document.motion else None


def _use_facts(document: Document) -> dict[str, Any]:
    """What "towns like mine" compares: the software a report names, from when until when one adopts."""
    facts: dict[str, Any] = {"software": list(document.case.software)} if document.case else {}
    if document.adoption:
        days = {"since": document.adoption.since, "until": document.adoption.until}
        facts |= {name: day.isoformat() for name, day in days.items() if day}
    return facts


def _event_facts(document: Document) -> dict[str, Any]:
    event = document.event
    if event is None:
        return {}
    status = event.status if event.status != "confirmed" else ""
    dates = card_dates(event)
    return {"zone": event.timezone, "location": event.location, "status": status, "dates": dates}


def _module_facts(document: Document) -> dict[str, Any]:
    module = document.module
    return {"module_type": module.module_type, "version": module.version} if module else {}


def _exchange_facts(document: Document) -> dict[str, Any]:
    """Of what people do together: groups, formats, notes, training."""
    facts: dict[str, Any] = {}
    if document.group:
        facts |= {
            "members": len({seat.body for seat in document.group.seats}) or None,
            "rhythm": document.group.rhythm,
        }
    if document.recording:
        held = document.recording.held
        facts |= {
            "format": document.recording.format,
            "minutes": document.recording.minutes,
            "held": held.isoformat() if held else "",
        }
    if document.session and document.session.held:
        facts["held"] = document.session.held.isoformat()
    if document.training:
        lengths = document.training.step_minutes
        facts["steps"] = len(document.text().sections) or None
        facts["minutes"] = sum(length for length in lengths if length) or None
    return facts


def _data_facts(document: Document) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if document.dataset:
        formats = (each.format for each in document.dataset.distributions if each.format)
        facts["formats"] = list(dict.fromkeys(formats))[:MOST_FORMATS]
    if document.indicator and document.indicator.measurements:
        latest = document.indicator.measurements[-1]
        facts |= {"value": latest.value, "period": latest.period, "unit": document.indicator.unit}
    return facts


def _decision_facts(document: Document) -> dict[str, Any]:
    motion = document.motion
    if motion is None:
        return {}
    return {"decided": motion.decided.isoformat() if motion.decided else "", "result": motion.result}
