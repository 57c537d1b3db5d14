"""The form that releases a programme."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Plan, Release

READ_FIRST = gettext_lazy("Please read what changes, then release it.")


class ReleaseForm(forms.Form):
    """A name and, for those who read it, what is new. Nothing is sent before it is confirmed.

    ``seen`` is the digest of the changes that stand above the form (see :meth:`show_below`).
    """

    seen = forms.RegexField(
        r"^[0-9a-f]{64}\Z",
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), READ_FIRST),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the release"),
        max_length=80,
        help_text=gettext_lazy("Everybody reads it above the programme."),
    )
    note = forms.CharField(
        label=gettext_lazy("What is new"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences, if you like. They stand above the programme."),
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("I have read what changes. Release it and send the mails."),
        error_messages={"required": gettext_lazy("Please confirm that it may be released and sent.")},
    )

    def __init__(self, plan: Plan, data: QueryDict | None = None) -> None:
        last = Release.objects.filter(plan=plan).order_by("-number").values_list("number", flat=True).first()
        name = _("Programme %(number)s") % {"number": (last or 0) + 1}
        super().__init__(data, initial={"name": name})

    def refuse(self, reason: str, text: str) -> None:
        """Say why it was not released: at the name, if that is what is wrong."""
        self.add_error("name" if reason in ("no_name", "name_taken") else None, text)

    def show_below(self, digest: str) -> None:
        """Below the changes of this digest: what was typed below others is sent once these are confirmed."""
        self.initial["seen"] = digest
        if self.is_bound and self.data.get("seen") != digest:
            typed = {name: text for name, text in self.data.items() if name != "confirm"}
            self.data = {**typed, "seen": digest}
