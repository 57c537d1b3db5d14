"""Tags of search and answers: ``{% load search %}``."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.documents import Block
from search import highlighting
from search.answers.service import Answer
from theme.markup import clean_markup

register = template.Library()


@register.filter
def mark_block(block: Block, answer: Answer) -> SafeString:
    """A quoted block with its lists and tables and with the question's words marked.

    Markup that says anything else than the block's wording, which is what is quoted, is not shown.
    """
    if block.html and highlighting.says(block.html, block.text):
        return highlighting.mark_markup(clean_markup(block.html), answer.groups)
    return format_html('<p class="wording">{}</p>', highlighting.mark_words(block.text, answer.groups))
