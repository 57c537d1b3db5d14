"""What one says of a new key."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hub.site.digest.issue import one_line

DAYS = (30, 90, 180, 365)


class TokenForm(forms.Form):
    """A name by which the key is known again, and for how long it is to work."""

    name = forms.CharField(
        label=_("What is the key for?"),
        help_text=_("The program or assistant that is to ask with it, such as “Assistant on the intranet”."),
        max_length=80,
        error_messages={"required": _("Please say what the key is for.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long is it to work?"),
        choices=[(days, format_lazy(_("{days} days"), days=days)) for days in DAYS],
        coerce=int,
        initial=90,
        error_messages={"required": _("Please choose how long the key is to work.")},
    )

    def clean_name(self) -> str:
        """In one line."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Please say what the key is for."))
        return name
