"""The page of a body, under which its contributions stand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import SectionsBlock
from content.forms import BodyPageForm
from content.media import Media
from content.models.document_page import DocumentPage
from content.sections import build_free_sections
from hub.documents import Section
from hub.messages.queries import response_times
from hub.municipalities.models import Body


class BodyPage(DocumentPage):
    """Who a body is, what it works on and how to reach it; the section its editors own."""

    kind = "body"
    base_form_class = BodyPageForm

    body = models.ForeignKey(Body, verbose_name=_("body"), on_delete=models.PROTECT, related_name="+")
    text = StreamField(SectionsBlock(), verbose_name=_("text"), blank=True)

    override_translatable_fields: ClassVar[list[Any]] = [
        *DocumentPage.override_translatable_fields,
        SynchronizedField("body"),
        TranslatableField("text"),
    ]

    class Meta:
        verbose_name = _("body page")
        verbose_name_plural = _("body pages")

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Body pages stand right under the home page, which this floor does not know by name.

        A document is none: said first, as it spares a query for each section somebody may write in.
        """
        if issubclass(parent.specific_class or Page, DocumentPage):
            return False
        return bool(super().can_create_at(parent) and parent.is_site_root())

    def publisher_keys(self) -> tuple[str, ...]:
        """The body itself."""
        return (self.body_id,)

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections."""
        return build_free_sections(self.text, media)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """How it answers requests, once there are any; the figures are of today. One query."""
        responses = response_times([self.body_id])
        return {"responses": responses} if responses.asked else {}


BodyPage.edit_handler = BodyPage.assemble_tabs(text=[FieldPanel("body"), FieldPanel("text")], facts=[])
