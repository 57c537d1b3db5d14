"""Forms of directed messages. What was typed comes back with every mistake."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.catalogue.models import CatalogueEntry
from hub.messages.letters import TEXT_LENGTH
from hub.messages.models import Message
from hub.messages.services import Words
from hub.municipalities.models import Body

WISHES = {
    "talk": _("a conversation"),
    "papers": _("documents, for example the contract or the data protection assessment"),
    "reuse": _("to check whether we can take it over"),
}
"""What a body may want, as it is written below the text."""


class WordsForm(forms.Form):
    """Text, role and shared mailbox. Closing needs no text."""

    text = forms.CharField(
        label=_("Your message"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 8})
    )
    role = forms.CharField(
        label=_("Your office or function"),
        max_length=200,
        help_text=_("It is named instead of you, for example “Stabsstelle Digitalisierung”."),
    )
    reply_to = forms.EmailField(
        label=_("Shared mailbox"),
        max_length=254,
        help_text=_("For whatever does not fit in here, for example digital@example-town.de."),
    )

    def __init__(self, *args: Any, text_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = text_needed

    def words(self, author: Any) -> Words:
        """What is sent."""
        data = self.cleaned_data
        return Words(text=data["text"], role=data["role"], reply_to=data["reply_to"], author=author)


class InterestForm(WordsForm):
    """What a body wants of another's contribution. The body is asked for only where there is a choice."""

    body = forms.ChoiceField(label=_("In the name of"))
    wishes = forms.MultipleChoiceField(
        label=_("What would help you?"),
        choices=list(WISHES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ("body", "wishes", "text", "role", "reply_to")

    def __init__(self, bodies: list[Body], entry: CatalogueEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {body.key: body for body in bodies}
        choice = self.fields["body"]
        choice.choices = [(body.key, body.name) for body in bodies]  # type: ignore[attr-defined]  # a ChoiceField
        if len(bodies) == 1:
            choice.initial = bodies[0].key
            choice.widget = forms.HiddenInput()
        if entry.kind == "body":
            del self.fields["wishes"]

    @property
    def asked_as(self) -> Body | None:
        """The one body there is no choice about."""
        return next(iter(self.bodies.values())) if len(self.bodies) == 1 else None

    def clean(self) -> dict[str, Any]:
        """The wishes go with the text, so both together have to fit."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("text"):
            whole = _with_wishes(data["text"], data.get("wishes", []))
            if len(whole) > TEXT_LENGTH:
                excess = len(whole) - TEXT_LENGTH
                self.add_error("text", _("Please shorten it by %(number)s characters.") % {"number": excess})
            data["text"] = whole
        return data

    @property
    def sender(self) -> Body:
        """The body chosen."""
        return self.bodies[self.cleaned_data["body"]]


def begin_text(entry: CatalogueEntry, body: Body | None) -> str:
    """A beginning that may stay as it is or be changed; German, as the municipalities are."""
    with translation.override(settings.LANGUAGE_CODE):
        if entry.kind == "body":
            asked = gettext("Good day,\n\nwe have a question about your work:\n\n\n\nKind regards\n%(body)s")
        else:
            asked = gettext(
                "Good day,\n\nwe have read your contribution “%(title)s” and consider something similar. "
                "What would help us most to know:\n\n\n\nKind regards\n%(body)s"
            )
        return (asked % {"title": entry.title, "body": body.name if body else ""}).strip()


def initial_words(last: Message | None, contact: Any) -> dict[str, str]:
    """Role and mailbox that were used last, else those the body names on its own page."""
    if last is not None:
        return {"role": last.role, "reply_to": last.reply_to}
    return {"role": contact.role, "reply_to": contact.email} if contact else {}


def _with_wishes(text: str, wishes: list[str]) -> str:
    if not wishes:
        return text
    with translation.override(settings.LANGUAGE_CODE):
        lines = "\n".join(f"– {WISHES[wish]}" for wish in wishes)
        heading = gettext("We would like:")
        return f"{text}\n\n{heading}\n{lines}"
