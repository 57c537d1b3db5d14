"""The forms of moderation. What a decision needs is asked by the verbs, which also say what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hub.catalogue import overlay
from hub.catalogue.models import ModerationAct

Action = ModerationAct.Action
LONGEST = 2000

VERBS: Mapping[str, Callable[[str, Mapping[str, Any], str], ModerationAct]] = {
    Action.HIDE: lambda item, said, by: overlay.hide(item, said["reason"], by),
    Action.HOLD: lambda item, said, by: overlay.hold(item, said["reason"], by),
    Action.RELEASE: lambda item, said, by: overlay.release(item, by, said["reason"]),
    Action.LABEL: lambda item, said, by: overlay.label(item, said["label"], said["reason"], by),
    Action.UNLABEL: lambda item, said, by: overlay.unlabel(item, by, said["reason"]),
}


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason for the decision"),
        help_text=_(
            "Stays in this instance and is kept for good. Needed for everything but releasing and removing."
        ),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ActForm(forms.Form):
    """A decision about one item; the buttons say which."""

    actions: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """The button has to be one of this form."""
        if self.data.get("action") not in self.actions:
            raise forms.ValidationError(_("Please choose one of the buttons."))
        return self.cleaned_data

    def do(self, object_id: str, by: str) -> ModerationAct:
        """Carry it out. Raises :class:`hub.catalogue.overlay.ModerationRefused`."""
        return VERBS[self.data["action"]](object_id, self.cleaned_data, by)


class ShowingForm(ActForm):
    """Whether it is shown here."""

    actions = (Action.RELEASE, Action.HOLD, Action.HIDE)
    reason = _reason()


class LabelForm(ActForm):
    """What this instance says of it."""

    actions = (Action.LABEL, Action.UNLABEL)
    label = forms.CharField(
        label=pgettext_lazy("moderation", "Note"),
        help_text=_("Everybody reads it with the contribution, at most 200 characters."),
        required=False,
        max_length=LONGEST,
    )
    reason = _reason()
