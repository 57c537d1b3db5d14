"""Forms of the personal area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from content.topics import topics_field
from hub.accounts.models import Preferences, User
from hub.municipalities.models import Body
from hub.site.personal.queries import regions

Choices = list[tuple[Any, Any]]


class PreferencesForm(forms.ModelForm[Preferences]):
    """Topics, region, mails and language. Who has no address here is not asked about mails."""

    topics = topics_field()
    region = forms.ChoiceField(label=_("District or independent city"), required=False)
    language = forms.ChoiceField(label=_("Language of the site"), choices=settings.INTERFACE_LANGUAGES)

    class Meta:
        model = Preferences
        fields = ("topics", "region", "mail_requests", "mail_due")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._regions = {body.key: body for body in regions()}
        if self.instance.region:
            self._regions.setdefault(self.instance.region.key, self.instance.region)
        self.fields["region"].choices = self._region_choices()  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["language"].initial = get_language()
        if not self.instance.user.email:
            del self.fields["mail_requests"], self.fields["mail_due"]

    def clean_region(self) -> Body | None:
        """The body with the chosen key."""
        return self._regions.get(self.cleaned_data["region"])

    def _region_choices(self) -> Choices:
        kinds: tuple[tuple[str, Promise], ...] = (
            (Body.Kind.CITY, _("Independent cities")),
            (Body.Kind.DISTRICT, _("Districts")),
        )
        bodies = self._regions.values()
        groups = [(name, [(b.key, b.name) for b in bodies if b.kind == kind]) for kind, name in kinds]
        return [("", _("No region")), *(group for group in groups if group[1])]


class DeleteAccountForm(forms.Form):
    """The typed confirmation, and for each body that has colleagues who takes over."""

    confirmation = forms.CharField(max_length=254, strip=True)

    def __init__(self, user: User, heirs: dict[Body, list[User]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = user.email or pgettext("confirmation", "delete")
        self.heirs = heirs
        for body, people in heirs.items():
            choices = [(str(person.pk), str(person)) for person in people]
            self.fields[_heir_name(body)] = forms.ChoiceField(label=body.name, choices=choices)
        self.order_fields([*(_heir_name(body) for body in heirs), "confirmation"])
        self.fields["confirmation"].label = (
            gettext("Your e-mail address, to confirm") if user.email else gettext("To confirm")
        )
        self.fields["confirmation"].help_text = gettext("Please type: %(expected)s") % {
            "expected": self.expected
        }

    def clean_confirmation(self) -> str:
        """Must be the own address, however it is written."""
        typed: str = self.cleaned_data["confirmation"]
        if typed.casefold() != self.expected.casefold():
            raise forms.ValidationError(_("What you typed does not match. Nothing was deleted."))
        return typed

    @property
    def heir_fields(self) -> list[forms.BoundField]:
        """The questions who takes over."""
        return [self[_heir_name(body)] for body in self.heirs]

    def chosen_heirs(self) -> dict[Body, User]:
        """Who takes over in which body."""
        chosen = {body: self.cleaned_data[_heir_name(body)] for body in self.heirs}
        return {
            body: next(person for person in people if str(person.pk) == chosen[body])
            for body, people in self.heirs.items()
        }


def _heir_name(body: Body) -> str:
    return f"heir_{body.key}"
