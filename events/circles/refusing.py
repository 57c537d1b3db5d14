"""Why something in a workspace is not done, in a sentence for whoever wanted it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from wagtail.models import Page

from hub.errors import HubError


class Refused(HubError):
    """Show the sentence beside what was typed, and keep that: nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def with_draft(said: str, page: Page) -> Refused:
    """It waits for a draft of that page: the sentence leads to its editor."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return Refused(
        format_html('{} <a href="{}">{}</a>', said, address, gettext("Open the page in the editor"))
    )
