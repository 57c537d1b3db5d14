"""Forms of directed messages. What was typed comes back with every mistake."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.accounts.long_text import LongText, check_length
from hub.catalogue.models import CatalogueEntry
from hub.documents import Contact
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

    text = LongText(
        label=_("Your message"),
        limit=TEXT_LENGTH,
        rows=8,
        error_messages={"required": _("Please write your message; one sentence is enough.")},
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
        text = self.fields["text"]
        text.help_text = _(
            "For example what you plan yourselves, and what would help you most to know. It needs neither "
            "greeting nor signature: your municipality and your office stand beside it."
        )
        text.error_messages["required"] = _(
            "Please write what you would like to know. One sentence is enough, for example: “How many hours "
            "did the introduction take?”"
        )
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
            try:
                check_length(data["text"], TEXT_LENGTH - (len(whole) - len(data["text"])))
            except forms.ValidationError as error:
                self.add_error("text", error)
            else:
                data["text"] = whole
        return data

    @property
    def sender(self) -> Body:
        """The body chosen."""
        return self.bodies[self.cleaned_data["body"]]


def initial_words(source: Message | Contact | None) -> dict[str, str]:
    """Role and mailbox as they were used last, or as a contact names them."""
    if isinstance(source, Message):
        return {"role": source.role, "reply_to": source.reply_to}
    return {"role": source.role, "reply_to": source.email} if source else {}


def _with_wishes(text: str, wishes: list[str]) -> str:
    if not wishes:
        return text
    with translation.override(settings.LANGUAGE_CODE):
        lines = "\n".join(f"– {WISHES[wish]}" for wish in wishes)
        heading = gettext("We would like:")
        return f"{text}\n\n{heading}\n{lines}"
