"""What is typed at the stage and at the wall."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from events.models import Session

LINE_AT_MOST = 200


class _LineForm(forms.Form):
    """A form whose key names what it makes, so that it is made once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, **initial: object) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), **initial}, auto_id="id_%s")

    def read_line(self, name: str) -> str:
        """What was typed there, in one line."""
        return " ".join(str(self.cleaned_data.get(name) or "").split())


class PitchForm(_LineForm):
    """A place in the line: for a session that is proposed already, or for a new one."""

    session = forms.ChoiceField(label=_("Which session"), required=False)
    title = forms.CharField(
        label=_("Title of a new session"), max_length=LINE_AT_MOST, required=False, strip=True
    )
    caller = forms.CharField(
        label=_("Name that is called"),
        max_length=100,
        help_text=_("It is called in the room and shown on the public board."),
    )
    shows_name = forms.BooleanField(
        label=_("My name may stand in the programme with a new session"), required=False
    )

    def __init__(
        self,
        sessions: Iterable[Session],
        data: QueryDict | None = None,
        *,
        caller: str = "",
        by_staff: bool = False,
    ) -> None:
        super().__init__(data, caller=caller)
        self.sessions = {str(session.pk): session for session in sessions}
        named = [(key, session.title) for key, session in self.sessions.items()]
        choice: Any = self.fields["session"]
        choice.choices = [("", _("a new one")), *named]
        choice.error_messages["invalid_choice"] = _("This was changed meanwhile. Please choose again.")
        if not named:
            del self.fields["session"]
        if by_staff:
            del self.fields["shows_name"]

    def clean(self) -> None:
        """A session is chosen, or a title typed."""
        if not self.errors and not self.cleaned_data.get("session") and not self.read_line("title"):
            self.add_error("title", _("Please type what it is about, in a few words."))

    @property
    def chosen(self) -> Session | None:
        """The session that was chosen; None for a new one."""
        return self.sessions.get(self.cleaned_data.get("session") or "")


class CardForm(_LineForm):
    """A card of the wall: a line for the title, and who runs it."""

    title = forms.CharField(
        label=_("Title on the card"),
        max_length=LINE_AT_MOST,
        error_messages={"required": _("Please type the title that stands on the card.")},
    )
    host = forms.CharField(label=_("Who runs it"), max_length=LINE_AT_MOST, required=False)
