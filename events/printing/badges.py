"""Badges: a name that can be read across a table, and whether its bearer may be photographed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from events.door.badges import badge_address
from events.models import Consent, ConsentText, EventDesk, Registration
from events.printing.codes import Codes
from events.printing.signs import MM
from theme.measuring import Fitted, fit

WIDTH = 128 * MM
GIVEN_HEIGHT = 36 * MM
BELOW = 94 * MM
"""What stands beside the code."""

GIVEN_SIZES = range(64, 34, -2)
"""36 points and more; a name too long for that is shrunk."""


@dataclass(frozen=True)
class Badge:
    """What stands on a badge. ``code`` is the address of a picture of a link, whose token says nothing."""

    given: Fitted
    family: Fitted
    affiliation: Fitted
    code: str
    no_photos: bool


def build_badges(desk: EventDesk, chosen: Iterable[Registration], codes: Codes) -> list[Badge]:
    """The badges of these. Two queries.

    Once a wording for photos was asked, whoever has not agreed is marked, even if it is asked no longer.
    """
    photos = ConsentText.Purpose.PHOTOS
    standing = Consent.objects.filter(withdrawn=None, text__purpose=photos, person__desk=desk)
    given: dict[uuid.UUID, set[int]] = {}
    for person, text in standing.values_list("person_id", "text_id"):
        given.setdefault(person, set()).add(text)
    texts = dict(desk.consent_texts.filter(purpose=photos).values_list("pk", "retired"))
    asked = {text for text, retired in texts.items() if not retired}
    return [
        _badge(each, codes, no_photos=bool(texts) and not agrees(given.get(each.person_id, ()), asked))
        for each in chosen
    ]


def _badge(registration: Registration, codes: Codes, *, no_photos: bool) -> Badge:
    person = registration.person
    return Badge(
        given=fit(person.given_name or person.family_name, WIDTH, GIVEN_HEIGHT, GIVEN_SIZES, bold=True),
        family=fit(person.family_name if person.given_name else "", BELOW, 26, range(22, 11, -1)),
        affiliation=fit(person.affiliation, BELOW, 40, range(17, 9, -1)),
        code=codes.add(badge_address(registration.badge)),
        no_photos=no_photos,
    )


def agrees(given: Iterable[int], asked: Iterable[int]) -> bool:
    """Whether these consents cover photos: each wording that is asked now, or any while none is."""
    return set(asked) <= set(given) and bool(set(given))
