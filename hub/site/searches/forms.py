"""What one chooses for a saved search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.site.digest.issue import one_line
from hub.site.searches.models import Rhythm
from hub.site.searches.wording import LONGEST_NAME


class SavedSearchForm(forms.Form):
    """Name and rhythm. Accounts without an address, those of other instances' members, get no mails."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("By this name you know the search again, in the list and in mails."),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Please give the search a name.")},
    )
    rhythm = forms.ChoiceField(
        label=_("Tell me of new results by mail"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how often mails are to come.")},
    )

    def __init__(self, *args: Any, has_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_address:
            del self.fields["rhythm"]

    def clean_name(self) -> str:
        """Without line breaks: it stands in the subject of mails."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Please give the search a name."))
        return name

    @property
    def rhythm_chosen(self) -> str:
        """The rhythm; only of a valid form."""
        return str(self.cleaned_data.get("rhythm", Rhythm.NONE))
