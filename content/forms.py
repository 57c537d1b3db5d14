"""The form of the editor: what must be answered before publishing."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class ContributionForm(WagtailAdminPageForm):
    """Names each required answer that is missing, when publishing; a draft is saved as it is."""

    def clean(self) -> dict[str, Any]:
        """The fields, with a message at each answer that publishing needs."""
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            for field, message in self.instance.missing_answers(cleaned).items():
                if field in self.fields and field not in self.errors:
                    self.add_error(field, message)
        return cleaned
