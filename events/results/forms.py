"""What organisers say of a session."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.results.services import REASON_LENGTH


class ReasonForm(forms.Form):
    """Why there is no page, or why the session was not held."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Everybody reads it. No names, please."),
        error_messages={"required": _("Please say why, in a few words.")},
        widget=forms.TextInput(attrs={"list": "gruende"}),
    )
