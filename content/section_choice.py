"""Where somebody may begin a page, and how a form asks for it."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.models import Locale

from content.models import BodyPage


def sections_open_to(user: Any) -> list[BodyPage]:
    """Sections of bodies that this person may add a page to, in German, by title."""
    found = BodyPage.objects.filter(alias_of=None, locale=Locale.get_default()).order_by("title")
    return [section for section in found if section.permissions_for_user(user).can_add_subpage()]


def offer_sections(field: forms.ChoiceField, sections: dict[str, BodyPage]) -> None:
    """Let a form choose among ``sections``, by key; a single one is not asked for."""
    field.choices = [(key, section.title) for key, section in sections.items()]
    if len(sections) == 1:
        field.widget, field.initial = forms.HiddenInput(), next(iter(sections))
