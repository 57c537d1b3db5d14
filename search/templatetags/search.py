"""Tags of search and answers: ``{% load search %}``."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from search import highlighting
from search.answers.service import Answer

register = template.Library()


@register.filter
def mark_words(text: str, answer: Answer) -> SafeString:
    """A quoted paragraph, escaped and otherwise unchanged, with the question's words marked."""
    return highlighting.mark_words(text, answer.groups)
