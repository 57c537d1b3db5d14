"""The questions of an event as fields of a form, and their answers as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Answer, EventDesk, Question, Registration

LINE_AT_MOST, TEXT_AT_MOST = 300, 2000
YES, NO = "Ja", "Nein"
"""As they are stored and read by organisers, who do so in German."""

Kind = Question.Kind


def list_questions(desk: EventDesk) -> list[Question]:
    """What is asked at present; one query."""
    return list(desk.questions.filter(retired=False))


def field_name(question: Question) -> str:
    """Its name in the form."""
    return f"question_{question.pk}"


def list_choices(question: Question) -> list[str]:
    """One per line, each once."""
    return list(dict.fromkeys(filter(None, (each.strip() for each in question.choices.splitlines()))))


def build_field(question: Question) -> forms.Field:
    """The field of one question. One of several that need not be answered can be taken back."""
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help_text,
        "required": question.required,
    }
    if question.kind == Kind.TEXT:
        return forms.CharField(max_length=TEXT_AT_MOST, widget=forms.Textarea(attrs={"rows": 4}), **common)
    if question.kind == Kind.SEVERAL:
        choices = [(each, each) for each in list_choices(question)]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if question.kind in (Kind.ONE, Kind.YES):
        yes_no: list[tuple[str, Any]] = [(YES, _("yes")), (NO, _("no"))]
        offered = yes_no if question.kind == Kind.YES else [(each, each) for each in list_choices(question)]
        none: list[tuple[str, Any]] = [] if question.required else [("", _("no answer"))]
        return forms.ChoiceField(choices=[*offered, *none], widget=forms.RadioSelect, **common)
    return forms.CharField(max_length=LINE_AT_MOST, **common)


def read_initial(registration: Registration | None, questions: list[Question]) -> dict[str, Any]:
    """What was answered before, as the form shows it; one query."""
    if registration is None:
        return {}
    held = dict(registration.answers.values_list("question_id", "text"))
    return {
        field_name(each): held[each.pk].splitlines() if each.kind == Kind.SEVERAL else held[each.pk]
        for each in questions
        if each.pk in held
    }


def read_answers(cleaned: Mapping[str, Any], questions: list[Question]) -> dict[int, str]:
    """The answers by id of the question, as they are stored; several stand one per line."""
    given = {each.pk: cleaned.get(field_name(each)) or "" for each in questions}
    return {
        key: "\n".join(value) if isinstance(value, list) else str(value).strip()
        for key, value in given.items()
    }


def write_answers(registration: Registration, answers: Mapping[int, str]) -> bool:
    """Store what is answered and delete what is not; whether anything changed. Other answers stay.

    Two queries, and one for each that changed.
    """
    known = set(registration.person.desk.questions.values_list("pk", flat=True))
    held = {row.question_id: row for row in registration.answers.all()}
    changed = False
    for key in known.intersection(answers):
        text, row = answers[key], held.get(key)
        if (row.text if row else "") == text:
            continue
        changed = True
        if not text and row:
            row.delete()
        else:
            Answer.objects.update_or_create(
                registration=registration, question_id=key, defaults={"text": text}
            )
    return changed
