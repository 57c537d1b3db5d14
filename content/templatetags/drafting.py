"""What pages ask of drafting: ``{% load drafting %}``."""

from __future__ import annotations

from django import template

from content.drafting.services import ADAPTABLE

register = template.Library()


@register.filter
def is_adaptable(kind: str) -> bool:
    """Whether others may take a document of this kind as the beginning of their own."""
    return kind in ADAPTABLE
