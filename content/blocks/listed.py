"""Fields whose values have a form that publiccode.yml names: one, several in lines, several with commas."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from wagtail import blocks

from content.publiccode import formats
from content.publiccode.wording import FORMATS
from hub.documents.software import ADDRESS


class ListedBlock(blocks.TextBlock):
    """Several entries, one in each line, each of a form that publiccode.yml names."""

    def __init__(self, format: str = "", **kwargs: Any) -> None:
        super().__init__(**{"required": False, "rows": 3, **kwargs})
        self.format = format

    def clean(self, value: Any) -> Any:
        """Each line is of the form, also in a draft: else nobody would know later what was meant."""
        cleaned = super().clean(value)
        _check_each([line.strip() for line in (cleaned or "").splitlines() if line.strip()], self.format)
        return cleaned


class CodesBlock(blocks.CharBlock):
    """Several codes, with commas between them."""

    def __init__(self, format: str = "", **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": ADDRESS, **kwargs})
        self.format = format

    def clean(self, value: Any) -> Any:
        """Each code is of the form."""
        cleaned = super().clean(value)
        _check_each([code.strip() for code in (cleaned or "").split(",") if code.strip()], self.format)
        return cleaned


class FormedBlock(blocks.CharBlock):
    """One value of a form that publiccode.yml names."""

    def __init__(self, format: str = "", **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": ADDRESS, **kwargs})
        self.format = format

    def clean(self, value: Any) -> Any:
        """The value is of the form."""
        cleaned = super().clean(value)
        _check_each([cleaned.strip()] if cleaned and cleaned.strip() else [], self.format)
        return cleaned


def _check_each(values: list[str], name: str) -> None:
    for value in values:
        if len(value) > ADDRESS:
            raise ValidationError(gettext("A line is longer than 2,000 characters. Shorten it."))
        if name and not formats.checker.conforms(value, name):
            words = gettext("“%(value)s” does not fit.") % {"value": value[:60]}
            raise ValidationError(f"{words} {FORMATS[name]}")
