"""Fields shared by the page types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.amounts import EuroField, WholeNumberField
from content.licences import LICENCES, check_licence, read_licence
from content.topics import TopicsFormField, topic_choices

EMPTY_OR_ZERO = _("Empty is shown as “unknown”; 0 means nothing.")


class TopicsField(ArrayField[Any, Any]):
    """Some topics of the vocabulary, ticked in a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("base_field", models.CharField(max_length=60))
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        """Check boxes instead of comma-separated text."""
        return TopicsFormField(
            label=kwargs.get("label", self.verbose_name),
            required=not self.blank,
            help_text=self.help_text,
            choices=topic_choices,
            coerce=str,
            empty_value=[],
            widget=forms.CheckboxSelectMultiple,
        )


class LicenceInput(forms.TextInput):
    """A line of text that suggests the well-known licences; others may be typed."""

    template_name = "content/licence_input.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Adds ``licences``, pairs of identifier and name."""
        listed = f"{(attrs or {}).get('id', name)}-licences"
        context = super().get_context(name, value, {**(attrs or {}), "list": listed})
        return {**context, "listed": listed, "licences": LICENCES.items()}


class LicenceFormField(forms.CharField):
    """Reads loose writing such as “cc by 4.0” as the identifier it means."""

    widget = LicenceInput

    def to_python(self, value: Any) -> Any:
        """The identifier."""
        return read_licence(super().to_python(value) or "")


class LicenceField(models.CharField[Any, Any]):
    """An SPDX identifier, or an expression of several; empty is “unknown”."""

    default_validators = [*models.CharField.default_validators, check_licence]

    def deconstruct(self) -> Any:
        """A plain text column: migrations need not know this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """Text with suggestions."""
        kwargs.pop("widget", None)
        return super().formfield(**{"form_class": LicenceFormField, **kwargs})


def licence_field(help_text: Any = "") -> LicenceField:
    """The licence under which something may be reused."""
    return LicenceField(
        _("licence"),
        max_length=60,
        blank=True,
        help_text=help_text
        or _(
            "Under which conditions others may use it. For texts and data mostly CC-BY-4.0 or DL-DE-BY-2.0, "
            "for software mostly EUPL-1.2."
        ),
    )


def unknown_text(label: Any, help_text: Any = "", **kwargs: Any) -> models.TextField[Any, Any]:
    """A fact that may be unknown: left empty it is shown as „unbekannt“."""
    return models.TextField(
        label, blank=True, help_text=help_text or _("Empty is shown as “unknown”."), **kwargs
    )


class WholeNumber(models.PositiveIntegerField[Any, Any]):
    """A count that people write with dots or spaces between the thousands, or without."""

    form_class: type[WholeNumberField] = WholeNumberField

    def deconstruct(self) -> Any:
        """A plain column: migrations need not know this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveIntegerField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """A line of text that reads such numbers."""
        kwargs.pop("widget", None)
        return super().formfield(**{"form_class": self.form_class, **kwargs})


class Euros(WholeNumber):
    """Whole euros, written with or without their sign."""

    form_class = EuroField


def unknown_number(label: Any, help_text: Any = "") -> WholeNumber:
    """A number that may be unknown, which differs from 0."""
    return WholeNumber(label, null=True, blank=True, help_text=help_text or EMPTY_OR_ZERO)


def unknown_euros(label: Any) -> Euros:
    """An amount in euros that may be unknown, which differs from 0."""
    return Euros(label, null=True, blank=True, help_text=EMPTY_OR_ZERO)
