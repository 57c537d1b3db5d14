"""Form fields in the look of the site."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def styled(field: BoundField, css_class: str) -> SafeString:
    """The field's input with a class; Django itself ties help and errors to it. The label stands beside."""
    attrs: dict[str, str | bool] = {"class": css_class, "placeholder": ""}
    return field.as_widget(attrs=attrs)
