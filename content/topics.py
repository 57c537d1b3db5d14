"""The vocabulary of topics as forms offer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from theme.topics import read_vocabulary

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def topic_choices() -> list[tuple[str, str | Promise]]:
    """Choices of a form field, in the order of the vocabulary."""
    return list(read_vocabulary().names.items())


class TopicsFormField(forms.TypedMultipleChoiceField):
    """Topics to tick. What was merged meanwhile counts as the topic it became, so nobody's choice is lost."""

    default_error_messages = {
        "invalid_choice": _("The topic “%(value)s” is not offered any more. Choose another one.")
    }

    def prepare_value(self, value: Any) -> Any:
        """Ticks the topic that a merged one became."""
        return read_vocabulary().current(list(value)) if isinstance(value, list | tuple) and value else value

    def to_python(self, value: Any) -> list[str]:
        """The current codes."""
        return read_vocabulary().current(super().to_python(value))


def topics_field(help_text: str | _StrPromise = "") -> TopicsFormField:
    """Boxes to tick, of which none is needed, for the forms of the site."""
    return TopicsFormField(
        label=_("Topics"),
        help_text=help_text,
        choices=topic_choices,
        coerce=str,
        empty_value=[],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
