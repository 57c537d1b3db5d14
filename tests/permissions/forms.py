"""What a browser would send for a page in Wagtail's editor."""

from __future__ import annotations

from typing import Any

from wagtail.blocks.base import BlockField
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from hub.accounts.models import User

ANSWER = "Frost in der Nacht"


def page_form(page: Page, user: User) -> dict[str, Any]:
    """The fields of a page's editor with what the page holds; texts are empty but the required one."""
    form = page.get_edit_handler().get_form_class()(instance=page, for_user=user)
    data: dict[str, Any] = {name: inline_formset([]) for name in form.formsets}
    for name, bound in ((name, form[name]) for name in form.fields):
        if isinstance(bound.field, BlockField):
            answered = name == "pitfalls"
            paragraph = ("paragraph", rich_text(f"<p>{ANSWER}</p>"))
            data[name] = streamfield([paragraph] if answered else [])
        else:
            data[name] = _sent(bound)
    return nested_form_data({key: value for key, value in data.items() if value is not None})


def _sent(bound: Any) -> Any:
    """The value of a field as text; None for a box that is not ticked."""
    value = bound.value()
    if isinstance(value, bool):
        return "on" if value else None
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    formatted = bound.field.widget.format_value(value) if value is not None else ""
    if isinstance(formatted, list):  # selects answer with all that is chosen
        return formatted[0] if formatted else ""
    return formatted if formatted is not None else ""
