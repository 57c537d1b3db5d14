"""Whole numbers as people write them: „18000“, „18.000“, „18 000“, „18.000 €“."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

GAPS = "\u00a0\u202f\u2009"
"""Spaces that stand in a number so that it is not broken; they are read as an ordinary one."""

WHOLE = re.compile(r"-?(?:[0-9]{1,20}|[0-9]{1,3}(?:\.[0-9]{3}){1,6}|[0-9]{1,3}(?: [0-9]{3}){1,6})")
CURRENCY = re.compile(r"^(?:€|euro?)\s*|\s*(?:€|euro?)$", re.IGNORECASE)


def read_whole(text: str) -> int | None:
    """The number somebody wrote, its thousands grouped by dots or spaces or not at all; None if it is none.

    >>> read_whole("18.000"), read_whole("1.250,50")
    (18000, None)
    """
    plain = text.translate(dict.fromkeys(map(ord, GAPS), " ")).replace("\u2212", "-").strip()
    return int(re.sub(r"[. ]", "", plain)) if WHOLE.fullmatch(plain) else None


class WholeNumberField(forms.IntegerField):
    """A whole number. Django's own field reads „18.000“ as 18, and its widget forgets what it cannot read."""

    widget = forms.TextInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Please enter a whole number, for example 18000.")
    }

    def to_python(self, value: Any) -> int | None:
        """The number, or None for an empty field."""
        if value in self.empty_values:
            return None
        number = read_whole(self.strip_unit(str(value)))
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def strip_unit(self, text: str) -> str:
        """The number without what it counts."""
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Digits first on the keyboard of a phone."""
        return {**super().widget_attrs(widget), "inputmode": "numeric"}


class EuroField(WholeNumberField):
    """Whole euros, with or without their sign."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Please enter whole euros only, for example 18000.")
    }

    def strip_unit(self, text: str) -> str:
        """The amount without the sign before or after it."""
        return CURRENCY.sub("", text.strip())
