"""What is filled in to register, to change it, and for colleagues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from events.models import ConsentText, EventDesk, Person, Registration
from events.registering.answers import build_field, field_name, list_questions, read_answers, read_initial
from events.registering.consents import list_texts
from events.registering.services import Entry


def email_field(**options: Any) -> forms.EmailField:
    """An address, with what to do about a wrong one."""
    return forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Please enter your e-mail address."),
            "invalid": _("This is no e-mail address. It looks like name@example-town.de."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        **options,
    )


class PersonForm(forms.Form):
    """Names, affiliation, and what is asked for this event."""

    given_name = forms.CharField(
        label=_("Given name"),
        max_length=100,
        error_messages={"required": _("Please enter your given name.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=100,
        error_messages={"required": _("Please enter your family name.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    affiliation = forms.CharField(
        label=_("Municipality or organisation"),
        max_length=200,
        required=False,
        help_text=_("It stands on your badge."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def __init__(self, desk: EventDesk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list_questions(desk)
        for question in self.questions:
            self.fields[field_name(question)] = build_field(question)

    @property
    def question_fields(self) -> Iterator[forms.BoundField]:
        """The questions, in their order."""
        return (self[field_name(question)] for question in self.questions)

    def read_entry(self, body: str = "") -> Entry:
        """What was filled in; only of a valid form."""
        data = self.cleaned_data
        return Entry(
            given_name=data["given_name"],
            family_name=data["family_name"],
            affiliation=data["affiliation"],
            email=data.get("email", ""),
            answers=read_answers(data, self.questions),
            consents=self.read_consents(),
            language=get_language() or "de",
            body=body,
        )

    def read_consents(self) -> frozenset[int]:
        """None are asked where data are changed: they are given and withdrawn each by itself."""
        return frozenset()


class RegisterForm(PersonForm):
    """With the address, unless the account has one, and the consents, which nothing depends on."""

    email = email_field(help_text=_("We send you a link to confirm it."))
    field_order = ("given_name", "family_name", "email", "affiliation")

    def __init__(self, desk: EventDesk, *args: Any, asks_address: bool, **kwargs: Any) -> None:
        super().__init__(desk, *args, **kwargs)
        if not asks_address:
            del self.fields["email"]
        self.texts: list[ConsentText] = list_texts(desk)
        for text in self.texts:
            self.fields[f"consent_{text.pk}"] = forms.BooleanField(label=text.text, required=False)

    @property
    def consent_fields(self) -> list[forms.BoundField]:
        """The wordings to tick."""
        return [self[f"consent_{text.pk}"] for text in self.texts]

    def read_consents(self) -> frozenset[int]:
        """Ids of what was ticked."""
        return frozenset(text.pk for text in self.texts if self.cleaned_data[f"consent_{text.pk}"])


def change_form(person: Person, registration: Registration | None, data: Any = None) -> PersonForm:
    """What is known of somebody, to be changed; questions are for those who registered."""
    form = PersonForm(person.desk, data)
    if registration is None:
        for question in form.questions:
            del form.fields[field_name(question)]
        form.questions = []
    names = {name: getattr(person, name) for name in ("given_name", "family_name", "affiliation")}
    form.initial = {**names, **read_initial(registration, form.questions)}
    return form


class AddressForm(forms.Form):
    """Another address."""

    email = email_field(help_text=_("We send a link there. Only when you follow it does the new one count."))


class LinkForm(forms.Form):
    """Whose link is to be sent again."""

    email = email_field(help_text=_("The address under which you registered or proposed a session."))


class CorrectionForm(forms.Form):
    """The address a colleague really has."""

    email = email_field(help_text=_("The mail that says you registered them goes there."))


class ColleagueForm(forms.Form):
    """One colleague: all three, or nothing."""

    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"invalid": _("This is no e-mail address. It looks like name@example-town.de.")},
    )


class BaseColleagues(forms.BaseFormSet[ColleagueForm]):
    """Several colleagues, each with an address of their own."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "missing_management_form": _("The list did not arrive whole. Please send it again."),
        "too_many_forms": _("That is more people than a town may register for this event."),
    }

    def clean(self) -> None:
        """Nobody twice, and somebody at all."""
        if any(self.errors) or not self.management_form.is_valid():
            return
        seen: set[str] = set()
        for form in self.filled:
            address = form.cleaned_data["email"].lower()
            if address in seen:
                form.add_error("email", gettext("This address stands here twice."))
            seen.add(address)
        if not seen:
            raise forms.ValidationError(gettext("Please enter at least one colleague."))

    @property
    def filled(self) -> list[ColleagueForm]:
        """The rows that were filled in; only of a valid set."""
        return [form for form in self.forms if form.cleaned_data]


def colleagues(rows: int, data: Any = None) -> BaseColleagues:
    """A form with so many rows, empty ones allowed."""
    made: Any = forms.formset_factory(
        ColleagueForm, formset=BaseColleagues, extra=rows, max_num=rows, validate_max=True
    )
    formset: BaseColleagues = made(data, prefix="people")
    return formset
