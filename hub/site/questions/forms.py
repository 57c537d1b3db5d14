"""The form of a question to all. What was typed comes back with every step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.accounts.long_text import LongText, check_length
from hub.messages.letters import TEXT_LENGTH
from hub.messages.services import Words
from hub.municipalities.models import Body
from hub.site.messages.forms import WordsForm
from hub.site.questions.wording import Asked, compose

LONGEST_QUESTION = 250
"""Characters: it becomes the title of what is published, and the address of this page holds it."""


class QuestionForm(WordsForm):
    """A question in one sentence, what stands behind it, whom it goes to, and in whose name.

    ``to`` is the uuid of the page of a body or a group; the body that asks is chosen only where there is a
    choice. ``name`` finds further bodies and is not sent.
    """

    question = LongText(
        label=_("Your question"),
        limit=LONGEST_QUESTION,
        rows=2,
        help_text=_("One sentence, so that others with the same question find the answer."),
        error_messages={"required": _("Please write your question.")},
    )
    to = forms.UUIDField(
        label=_("Whom do you ask?"),
        error_messages={"required": _("Please choose whom you ask.")},
    )
    name = forms.CharField(label=_("Somebody else: name, postcode or key"), required=False, max_length=100)
    body = forms.ChoiceField(label=_("In the name of"))
    may_be_named = forms.BooleanField(
        label=_("If the answer is published, our municipality may be named"), required=False
    )

    field_order = ("question", "text", "to", "name", "body", "role", "reply_to", "may_be_named")

    def __init__(self, bodies: list[Body], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, text_needed=False, **kwargs)
        self.bodies = {body.key: body for body in bodies}
        choice = self.fields["body"]
        choice.choices = [(body.key, body.name) for body in bodies]  # type: ignore[attr-defined]  # a ChoiceField
        if len(bodies) == 1:
            choice.initial, choice.widget = bodies[0].key, forms.HiddenInput()
        text = self.fields["text"]
        text.label = gettext("What stands behind it")
        text.help_text = gettext("What you plan, what you have tried, by when you need to know.")
        text.widget.attrs["rows"] = 5

    @property
    def asked_as(self) -> Body | None:
        """The one body there is no choice about."""
        return next(iter(self.bodies.values())) if len(self.bodies) == 1 else None

    @property
    def sender(self) -> Body:
        """The body chosen."""
        return self.bodies[self.cleaned_data["body"]]

    def clean_question(self) -> str:
        """In one line."""
        return " ".join(self.cleaned_data["question"].split())

    def clean(self) -> dict[str, Any]:
        """Question and context go together, so both have to fit."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("text") and data.get("question"):
            rest = len(self._whole(data)) - len(data["text"])
            try:
                check_length(data["text"], TEXT_LENGTH - rest)
            except forms.ValidationError as error:
                self.add_error("text", error)
        return data

    def words(self, author: Any) -> Words:
        """What is sent: question and context as one text."""
        data = self.cleaned_data
        return Words(self._whole(data), data["role"], data["reply_to"], author)

    def _whole(self, data: dict[str, Any]) -> str:
        return compose(Asked(data["question"], data.get("text", ""), bool(data.get("may_be_named"))))
