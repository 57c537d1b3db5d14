"""Base of what a body contributes: pages under its body page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField

from content.blocks import BodiesBlock
from content.models.body import BodyPage
from content.models.document_page import DocumentPage
from hub.env import env


class ContributionPage(DocumentPage):
    """A page under a body page, published by that body."""

    co_publishers = StreamField(
        BodiesBlock(),
        verbose_name=_("published together with"),
        blank=True,
        help_text=_("They confirm it themselves, each on its own hub; until then it says so."),
    )

    override_translatable_fields: ClassVar[list[Any]] = [
        *DocumentPage.override_translatable_fields,
        SynchronizedField("co_publishers"),
    ]

    parent_page_types: ClassVar[list[str]] = ["content.BodyPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def publisher_keys(self) -> tuple[str, ...]:
        """The body of the section it stands in, else the one that runs this instance."""
        section = BodyPage.objects.ancestor_of(self).order_by("-depth").first() if self.path else None
        key = section.body_id if section else env.body
        return (key,) if key else ()

    def co_publisher_keys(self) -> tuple[str, ...]:
        """Keys of the bodies named as co-publishers, none twice and never the owner."""
        named = (child.value.pk for child in self.co_publishers if child.value)
        return tuple(key for key in dict.fromkeys(named) if key not in self.publisher_keys())
