"""A body publishes a document together with its owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from content.models.statement import StatementPage


class CoPublicationPage(StatementPage):
    """A body publishes a document together with its owner."""

    kind = "co_publication"
    wordings: ClassVar[Mapping[str, tuple[str, str]]] = {
        "de": ("Mitherausgabe", "Diese Kommune gibt den genannten Beitrag gemeinsam mit heraus."),
        "en": (
            "Joint publication",
            "This municipality publishes the contribution named together with its owner.",
        ),
    }

    class Meta(StatementPage.Meta):
        abstract = False
        verbose_name = _("joint publication")
        verbose_name_plural = _("joint publications")


CoPublicationPage.edit_handler = CoPublicationPage.show_only("target", "made", "confirmed", "note")
