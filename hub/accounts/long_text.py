"""A field for texts, which says by how much a pasted one is too long instead of cutting it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import ngettext


def check_length(text: str, limit: int) -> None:
    """Raises ValidationError with the number of characters that have to go."""
    if (excess := len(text) - limit) > 0:
        sentence = ngettext(
            "Please shorten the text by %(excess)s character (at most %(limit)s).",
            "Please shorten the text by %(excess)s characters (at most %(limit)s).",
            excess,
        )
        figures = {"excess": excess, "limit": limit}
        shown = {name: number_format(figure, force_grouping=True) for name, figure in figures.items()}
        raise ValidationError(sentence % shown, code="max_length")


class LongText(forms.CharField):
    """Several lines of up to ``limit`` characters, a line's end being one.

    The browser is not told the limit: it would cut what is pasted without a word.
    """

    def __init__(self, *, limit: int, rows: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.limit = limit

    def validate(self, value: str) -> None:
        """Refuse what is missing or too long."""
        super().validate(value)
        check_length(value, self.limit)

    def to_python(self, value: Any) -> str:
        """The text with ``\\n`` at the end of each line, as it is stored and counted."""
        lines = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(lines) or ""
