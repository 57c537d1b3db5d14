"""Forms of statements. What they ask is checked again, and finally, by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from content.amounts import EuroField
from content.statements.rules import HIGHEST_COSTS, LONGEST_NOTE, StatementRefused
from content.statements.services import AdoptionFacts
from hub.accounts.long_text import LongText
from hub.municipalities.models import Body


def day_input() -> forms.DateInput:
    """The browser's own field for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ConsentField(forms.BooleanField):
    """A box whose label is the whole sentence that is agreed to; mistakes are listed under the short one."""

    short_label = _("Consent")


class BodyForm(forms.Form):
    """In whose name. Who speaks for one body alone is not asked."""

    body = forms.ChoiceField(label=_("For which municipality?"))

    def __init__(self, *args: Any, bodies: Sequence[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {body.pk: body for body in bodies}
        self.choice.choices = [(body.pk, body.name) for body in bodies]
        if len(bodies) == 1:
            self.choice.widget = forms.HiddenInput()
            self.choice.initial = bodies[0].pk
        else:
            self.choice.choices = [("", gettext("Please choose")), *self.choice.choices]

    @property
    def choice(self) -> forms.ChoiceField:
        """The field that asks for the body."""
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        return field

    @property
    def chosen(self) -> Body:
        """The body, once the form is valid."""
        return self.bodies[self.cleaned_data["body"]]

    def refuse(self, refused: StatementRefused) -> None:
        """Say at the right field why it could not be stated."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))


class NoteForm(BodyForm):
    """For a check: what the readers have to add."""

    note = LongText(
        label=_("What can you add?"),
        required=False,
        limit=LONGEST_NOTE,
        rows=4,
        help_text=_("For example: “Our figures are similar; we needed two days more for the interface.”"),
    )


class AdoptionForm(BodyForm):
    """How a body uses what it took over. ``versioned``: there are versions of that."""

    version = forms.CharField(
        label=_("Which version?"), required=False, max_length=40, help_text=_("For example 1.2.0.")
    )
    since = forms.DateField(label=_("In use since"), widget=day_input())
    until = forms.DateField(
        label=_("In use until"),
        required=False,
        widget=day_input(),
        help_text=_("Only if you already know the end."),
    )
    costs_once = EuroField(
        label=_("Costs once, in euros"),
        required=False,
        min_value=0,
        max_value=HIGHEST_COSTS,
        help_text=_("Empty is shown as “unknown”; 0 means nothing."),
    )
    costs_monthly = EuroField(
        label=_("Running costs per month, in euros"), required=False, min_value=0, max_value=HIGHEST_COSTS
    )
    costs_note = LongText(
        label=_("What do the costs contain?"),
        required=False,
        limit=LONGEST_NOTE,
        rows=3,
    )
    contact_role = forms.CharField(
        label=_("Who answers questions?"),
        required=False,
        max_length=200,
        help_text=_("An office or function, not a person's name. For example: Digitalisation unit."),
    )
    contact_email = forms.EmailField(
        label=_("Shared mailbox"), required=False, help_text=_("For example digital@your-town.de.")
    )
    consent = ConsentField(
        label=_(
            "The office and its mailbox may be shown with this statement on all hubs of the alliance. We can "
            "take that back at any time."
        ),
        required=False,
    )
    note = LongText(
        label=pgettext_lazy("adoption", "Note"),
        required=False,
        limit=LONGEST_NOTE,
        rows=3,
        help_text=_("For example what you had to adapt."),
    )

    def __init__(self, *args: Any, versioned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not versioned:
            del self.fields["version"]

    def clean(self) -> dict[str, Any]:
        """The fields; a contact is shown only with consent, and an end follows its beginning."""
        cleaned = super().clean() or {}
        named = cleaned.get("contact_role") or cleaned.get("contact_email")
        if named and not cleaned.get("consent"):
            self.add_error(
                "consent", gettext("Without this consent no contact can be shown. You can also leave it out.")
            )
        if cleaned.get("contact_email") and not cleaned.get("contact_role"):
            self.add_error("contact_role", gettext("Please say whose mailbox it is."))
        return cleaned

    @property
    def facts(self) -> AdoptionFacts:
        """What was entered, once the form is valid."""
        names = [name for name in AdoptionFacts.__dataclass_fields__ if name in self.fields]
        values = {name: self.cleaned_data[name] for name in names}
        return AdoptionFacts(**values)


class EndForm(forms.Form):
    """When a body stopped using something."""

    until = forms.DateField(label=_("Last day of use"), widget=day_input())
