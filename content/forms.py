"""The form of the editor: what must be answered before publishing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail_localize.fields import SynchronizedField

from content.editorial.conflicts import Conflict, find_conflict
from content.questions import QUESTIONS
from content.wordings.sources import original_of


class ContributionForm(WagtailAdminPageForm):
    """Names each required answer that is missing, when publishing; a draft needs but a title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_translation and original_of(self.instance):
            self._drop_facts()
        if slug := self.fields.get("slug"):
            slug.label = gettext("Address")
        if moment := self.fields.get("go_live_at"):
            moment.help_text = gettext("Embargo: before this moment nothing of it leaves this instance.")
        self.conflict: Conflict | None = None

    def clean(self) -> dict[str, Any]:
        """The fields, with a message at each answer that publishing needs."""
        cleaned: dict[str, Any] = super().clean()
        self.conflict = find_conflict(self.data, self.instance, self.for_user)
        if self.conflict:
            self.add_error(None, self.conflict.message)
        if not self.is_deferred_validation:
            for field, message in self.instance.missing_answers(cleaned).items():
                if field in self.fields and field not in self.errors:
                    self.add_error(field, message)
        return cleaned

    def _drop_facts(self) -> None:
        """They are those of the German page, so nothing would come of what is entered here."""
        for each in type(self.instance).override_translatable_fields:
            if isinstance(each, SynchronizedField):
                self.fields.pop(each.field_name, None)

    def _post_clean(self) -> None:
        super()._post_clean()
        if "title" in self.errors and not self.cleaned_data.get("slug"):
            self.errors.pop("slug", None)  # it follows the title; one message is enough
        if self.errors and not self.is_deferred_validation and not self.conflict:
            # The editor's banner lists what is wrong only next to an error of the form as a whole.
            hint = gettext(
                "Nothing you have written is lost. A draft can be saved as soon as it has a title."
            )
            self.add_error(None, hint)


class BodyPageForm(ContributionForm):
    """Whose page it is is said once: everything below it is published in that body's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and (body := self.fields.get("body")):
            body.disabled = True
            body.help_text = gettext("It stays: everything in this section is published in its name.")

    def clean_body(self) -> Any:
        """Refuse a second page of the same body in one language."""
        body = self.cleaned_data["body"]
        others = type(self.instance).objects.filter(body=body, locale=self.instance.locale_id)
        if body and others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("%(name)s has its page already.") % {"name": body.name})
        return body


class CaseReportForm(ContributionForm):
    """Calls the questions by their headings and marks those that publishing needs.

    A new report has room to write under each of them.

    Whoever publishes a report or hands it in says by that that it holds today.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            if field := self.fields.get(question.field):
                field.label = question.label
                field.required = question.required
            if field and not self.instance.pk:
                self.initial[question.field] = field.block.to_python([{"type": "paragraph", "value": ""}])

    def save(self, commit: bool = True) -> Any:
        """The page, confirmed today unless it is but a draft."""
        if not self.is_deferred_validation:
            self.instance.confirmed_on = timezone.localdate()
        return super().save(commit)
