"""Tags of search and answers: ``{% load search %}``."""

from __future__ import annotations

import datetime as dt

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.documents import Block
from search import highlighting
from search.answers import embedding, generation
from search.answers.service import Answer
from theme.bodies import directory_of
from theme.markup import clean_markup

register = template.Library()

MONTH, YEAR = 30, 365
"""Days, as ages are told."""


@register.filter
def mark_block(block: Block, answer: Answer) -> SafeString:
    """A quoted block with its lists and tables and with the question's words marked.

    Markup that says anything else than the block's wording, which is what is quoted, is not shown.
    """
    if block.html and highlighting.says(block.html, block.text):
        return highlighting.mark_markup(clean_markup(block.html), answer.groups)
    return format_html('<p class="wording">{}</p>', highlighting.mark_words(block.text, answer.groups))


@register.filter
def changed_ago(changed: dt.datetime) -> str:
    """How long ago something was changed, in whole days, months or years."""
    days = (timezone.localdate() - timezone.localdate(changed)).days
    if days <= 0:
        return _("changed today")
    if days < 2 * MONTH:
        return ngettext("changed %(n)d day ago", "changed %(n)d days ago", days) % {"n": days}
    if days < 2 * YEAR:
        months = days // MONTH
        return ngettext("changed %(n)d month ago", "changed %(n)d months ago", months) % {"n": months}
    years = days // YEAR
    return ngettext("changed %(n)d year ago", "changed %(n)d years ago", years) % {"n": years}


@register.simple_tag
def answering_model() -> generation.Model | None:
    """The language model that phrases answers; None where nobody does."""
    return generation.model()


@register.simple_tag
def vector_host() -> str:
    """Where questions are sent to compute their vectors, empty if nowhere; one query.

    The setting alone does not tell: the service set before is asked until all vectors are made anew.
    """
    return embedding.describe().host


@register.simple_tag(takes_context=True)
def know_publishers(context: Context, answer: Answer) -> str:
    """Read the publishers of all sources at once, before each names its own."""
    directory_of(context["request"]).know(
        key for citation in answer.citations for key in citation.entry.publishers
    )
    return ""
