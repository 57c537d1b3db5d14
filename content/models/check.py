"""A second body has read a document against what it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from content.models.statement import StatementPage


class CheckPage(StatementPage):
    """A second body has read a document against what it knows."""

    kind = "check"
    wordings: ClassVar[Mapping[str, tuple[str, str]]] = {
        "de": ("Gegenlesung", "Diese Kommune hat den genannten Beitrag gegengelesen."),
        "en": ("Second reading", "This municipality has read the contribution named against what it knows."),
    }

    class Meta(StatementPage.Meta):
        abstract = False
        verbose_name = _("second reading")
        verbose_name_plural = _("second readings")


CheckPage.edit_handler = CheckPage.show_only("target", "made", "confirmed", "note")
