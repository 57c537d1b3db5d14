"""Base of what a body contributes: pages under its body page."""

from __future__ import annotations

from typing import ClassVar

from content.models.body import BodyPage
from content.models.document_page import DocumentPage
from hub.env import env


class ContributionPage(DocumentPage):
    """A page under a body page, published by that body."""

    parent_page_types: ClassVar[list[str]] = ["content.BodyPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def publisher_keys(self) -> tuple[str, ...]:
        """The body of the section it stands in, else the one that runs this instance."""
        section = BodyPage.objects.ancestor_of(self).order_by("-depth").first() if self.path else None
        key = section.body_id if section else env.body
        return (key,) if key else ()
