"""The form of a topic: a code nobody else uses, and a merge that leads somewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.forms import ContributionForm
from hub.catalogue.topics import BUILT_IN, read_topics
from theme.topics import read_vocabulary


class TopicPageForm(ContributionForm):
    """The code is given once. A topic is merged into one that is current, so no merge leads in a circle."""

    merged_into = forms.ChoiceField(
        label=_("merged into"),
        required=False,
        error_messages={"invalid_choice": _("“%(value)s” is itself merged into another topic, or gone.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._vocabulary = read_vocabulary()
        code, merged_into = self.instance.code, self.instance.merged_into
        choices = [(key, name) for key, name in self._vocabulary.names.items() if key != code]
        if merged_into and merged_into not in dict(choices):
            choices.append((merged_into, self._vocabulary.name(merged_into)))
        if field := self.fields.get("merged_into"):
            field.choices = [("", gettext("it stands for itself")), *choices]
            field.help_text = gettext(
                "Reports that carry this topic are shown under the other one from then on. "
                "They are not changed, and the merge can be undone here."
            )
        if code and self.instance.first_published_at and (own := self.fields.get("code")):
            own.disabled = True

    def clean_code(self) -> str:
        """Refuse a code that is in use, here or on another hub."""
        code: str = self.cleaned_data["code"]
        if code == self.instance.code and self.instance.first_published_at:
            return code
        held = type(self.instance).objects.filter(code=code, locale=self.instance.locale_id)
        if code in BUILT_IN or code in read_topics() or held.exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                gettext("There is a topic with this code already: “%(name)s”.")
                % {"name": self._vocabulary.name(code)}
            )
        return code
