"""Fields shared by the page types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.topics import topic_choices


class TopicsField(ArrayField[Any, Any]):
    """Some topics of the vocabulary, ticked in a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("base_field", models.CharField(max_length=60))
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        """Check boxes instead of comma-separated text."""
        return forms.TypedMultipleChoiceField(
            label=kwargs.get("label", self.verbose_name),
            required=not self.blank,
            help_text=self.help_text,
            choices=topic_choices,
            coerce=str,
            empty_value=[],
            widget=forms.CheckboxSelectMultiple,
        )


def unknown_text(label: Any, help_text: Any = "", **kwargs: Any) -> models.TextField[Any, Any]:
    """A fact that may be unknown: left empty it is shown as „unbekannt“."""
    return models.TextField(
        label, blank=True, help_text=help_text or _("Empty is shown as “unknown”."), **kwargs
    )


def unknown_number(label: Any, help_text: Any = "") -> models.PositiveIntegerField[Any, Any]:
    """A number that may be unknown, which differs from 0."""
    return models.PositiveIntegerField(
        label,
        null=True,
        blank=True,
        help_text=help_text or _("Empty is shown as “unknown”; 0 means nothing."),
    )
