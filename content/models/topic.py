"""A topic of the vocabulary that all hubs share."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList, TabbedInterface
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from content.media import Media
from content.models.document_page import DocumentPage
from content.topic_form import TopicPageForm
from hub.documents import Section, Term
from hub.documents.facts import TERM
from hub.env import env


class TopicPage(DocumentPage):
    """A topic this hub adds to the vocabulary, and what it was merged into.

    The code travels in documents, the title is what people read. Documents are never rewritten: whoever
    reads one follows the merge.
    """

    kind = "topic"
    base_form_class = TopicPageForm
    subpage_types: ClassVar[list[str]] = []

    code = models.CharField(
        _("code"),
        max_length=60,
        validators=[RegexValidator(TERM)],
        help_text=_("Small letters, digits and hyphens. It travels in documents and stays as it is."),
    )
    merged_into = models.CharField(_("merged into"), max_length=60, blank=True)

    override_translatable_fields: ClassVar[list[Any]] = [
        *DocumentPage.override_translatable_fields,
        SynchronizedField("code"),
        SynchronizedField("merged_into"),
    ]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Topics stand right under the home page."""
        if issubclass(parent.specific_class or Page, DocumentPage):
            return False
        return bool(super().can_create_at(parent) and parent.is_site_root())

    def publisher_keys(self) -> tuple[str, ...]:
        """The body that runs this instance."""
        return (env.body,) if env.body else ()

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """None: title and summary say it all."""
        return ()

    def build_facts(self, media: Media) -> dict[str, Any]:
        """The code, and where it leads."""
        if not re.fullmatch(TERM, self.code):
            return {}  # a draft's preview
        return {"term": Term(code=self.code, merged_into=self.merged_into)}


TopicPage.edit_handler = TabbedInterface(
    [
        ObjectList(
            [
                HelpPanel(
                    _(
                        "A topic is offered on all hubs as soon as it is published. Look first whether one "
                        "of those there are would do: many topics with few reports help nobody."
                    )
                ),
                *Page.content_panels,
                FieldPanel("summary"),
                FieldPanel("code"),
                FieldPanel("merged_into"),
            ],
            heading=_("Topic"),
        ),
        ObjectList([TopicPage.address_panel(), *Page.settings_panels], heading=_("Settings")),
    ]
)
