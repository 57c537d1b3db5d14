"""What organisers ask: questions and consents. What somebody answered keeps its wording.

Whoever answers refers to the row, which PostgreSQL locks against being changed meanwhile; here it is locked
before it is seen whether anybody has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext

from events.models import ConsentText, EventDesk, Question
from events.office.asking_forms import ConsentForm, QuestionForm
from events.registering.line import lock_desk

Asked = Question | ConsentText


@dataclass(frozen=True)
class Kind:
    """One of the two things that are asked: its rows, their form, and what refers to them."""

    model: type[Question] | type[ConsentText]
    form: type[forms.ModelForm[Any]]
    fields: tuple[str, ...]
    answers: str

    def rows(self, desk: EventDesk) -> list[Any]:
        """All of the event with ``answered``, how often; those no longer asked last; one query."""
        found = self.model._default_manager.filter(desk=desk).annotate(answered=Count(self.answers))
        return list(found.order_by("retired", "position", "pk"))

    def find(self, desk: EventDesk, pk: int) -> Any:
        """One of them with ``answered``. Raises ``Http404``."""
        found = self.model._default_manager.filter(desk=desk, pk=pk).annotate(answered=Count(self.answers))
        if (row := found.first()) is None:
            raise Http404
        return row


KINDS: Mapping[str, Kind] = {
    "anmeldefragen": Kind(Question, QuestionForm, tuple(QuestionForm.Meta.fields), "answers"),
    "einwilligungen": Kind(ConsentText, ConsentForm, tuple(ConsentForm.Meta.fields), "consents"),
}
"""By their word in the address."""


def add(desk: EventDesk, row: Asked) -> None:
    """Ask it, after all others."""
    with transaction.atomic():
        row.desk, row.position = lock_desk(desk.pk), _next_position(type(row), desk)
        row.save()


def asks_for_photos(desk: EventDesk) -> bool:
    """Whether everybody who registers is asked for consent to photos."""
    return desk.consent_texts.filter(purpose=ConsentText.Purpose.PHOTOS, retired=False).exists()


def word_photos(desk: EventDesk) -> str:
    """A wording for photos to begin with, in the language of the site; it can be changed like any other."""
    with translation.override(settings.LANGUAGE_CODE):
        words = gettext(
            "I agree that photos are taken at the event on which I can be seen, and that they are used for "
            "reports about it, on the internet as well. Responsible: %(organiser)s. This is of my own will, "
            "and I can withdraw it at any time."
        )
        return words % {"organiser": desk.contact_name or gettext("the organisers")}


def ask_for_photos(desk: EventDesk) -> None:
    """Ask for consent to photos in these words; asked already, it stays as it is."""
    with transaction.atomic():
        if not asks_for_photos(lock_desk(desk.pk)):
            add(desk, ConsentText(purpose=ConsentText.Purpose.PHOTOS, text=word_photos(desk)))


def revise(row: Asked, fields: Mapping[str, Any]) -> bool:
    """Give it another wording; whether it was answered before and so is asked as a new one.

    The old one is then asked no longer, and its answers stay with its wording.
    """
    with transaction.atomic():
        old = _lock(row)
        if not _is_answered(old):
            for name, value in fields.items():
                setattr(old, name, value)
            old.save()
            return False
        type(old)._default_manager.create(desk=old.desk, position=old.position, **fields)
        old.retired = True
        old.save(update_fields=["retired"])
        return True


def retire(row: Asked, *, retired: bool) -> None:
    """Ask it no longer, or again."""
    type(row)._default_manager.filter(pk=row.pk).update(retired=retired)


def remove(row: Asked) -> bool:
    """Delete it, or only retire it where somebody has answered; whether it is gone."""
    with transaction.atomic():
        held = _lock(row)
        if _is_answered(held):
            retire(held, retired=True)
            return False
        held.delete()
        return True


def move_up(row: Asked) -> None:
    """Ask it before the one that stood before it."""
    with transaction.atomic():
        model = type(row)
        desk = lock_desk(row.desk_id)
        keys = list(model._default_manager.filter(desk=desk, retired=False).values_list("pk", flat=True))
        if row.pk not in keys or keys.index(row.pk) == 0:
            return
        at = keys.index(row.pk)
        keys[at - 1], keys[at] = keys[at], keys[at - 1]
        for position, pk in enumerate(keys):
            model._default_manager.filter(pk=pk).update(position=position)


def _lock(row: Asked) -> Any:
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def _is_answered(row: Any) -> bool:
    answers = row.answers if isinstance(row, Question) else row.consents
    return bool(answers.exists())


def _next_position(model: type[Any], desk: EventDesk) -> int:
    highest = model._default_manager.filter(desk=desk).aggregate(n=Max("position"))["n"]
    return 0 if highest is None else int(highest) + 1
