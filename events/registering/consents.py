"""Consents: given for one wording, of one's own will, and withdrawn as easily (Art. 7 (3) DSGVO)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from events.models import Consent, ConsentText, EventDesk, Person


@dataclass(frozen=True)
class Asked:
    """One wording, and what somebody said to it: ``given`` None where they do not agree now."""

    text: ConsentText
    given: dt.datetime | None


def list_texts(desk: EventDesk) -> list[ConsentText]:
    """What is asked at present; one query."""
    return list(desk.consent_texts.filter(retired=False))


def list_asked(person: Person) -> list[Asked]:
    """What is asked at present, and what they once agreed to and may still withdraw; two queries."""
    standing = {row.text_id: row for row in person.consents.filter(withdrawn=None)}
    texts = person.desk.consent_texts.all()
    return [
        Asked(text, standing[text.pk].given if text.pk in standing else None)
        for text in texts
        if not text.retired or text.pk in standing
    ]


def give(person: Person, text_id: int, now: dt.datetime) -> bool:
    """Agree to a wording, twice being the same as once; whether it is asked at all."""
    text = person.desk.consent_texts.filter(pk=text_id, retired=False).first()
    if text is None:
        return False
    Consent.objects.get_or_create(person=person, text=text, withdrawn=None, defaults={"given": now})
    return True


def withdraw(person: Person, text_id: int, now: dt.datetime) -> bool:
    """No longer agree; whether they did."""
    return bool(person.consents.filter(text=text_id, withdrawn=None).update(withdrawn=now))


def set_consents(person: Person, ticked: AbstractSet[int], now: dt.datetime) -> None:
    """Agree to what is ticked, and withdraw from what is asked and is not."""
    for text in list_texts(person.desk):
        (give if text.pk in ticked else withdraw)(person, text.pk, now)
