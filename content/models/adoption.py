"""The statement of a body that it uses what another one made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail_localize.fields import SynchronizedField

from content.media import Media
from content.models.fields import unknown_euros
from content.models.statement import StatementPage
from hub.documents import Adoption, Costs

FACTS = ("version", "since", "until", "costs_once", "costs_monthly", "costs_note")


class AdoptionPage(StatementPage):
    """An adoption: what, which version, since when, at what cost. It expires unless confirmed.

    ``reminded`` is the day the body's editors were last asked to confirm it.
    """

    kind = "adoption"
    wordings: ClassVar[Mapping[str, tuple[str, str]]] = {
        "de": ("Nachnutzung", "Diese Kommune erklärt, dass sie den genannten Beitrag nutzt."),
        "en": ("Reuse", "This municipality states that it uses the contribution named."),
    }

    version = models.CharField(_("version"), max_length=40, blank=True)
    since = models.DateField(_("in use since"), null=True, blank=True)
    until = models.DateField(_("in use until"), null=True, blank=True)
    costs_once = unknown_euros(_("costs once, in euros"))
    costs_monthly = unknown_euros(_("running costs per month, in euros"))
    costs_note = models.TextField(_("what the costs contain"), blank=True)
    reminded = models.DateField(null=True, blank=True, editable=False)

    override_translatable_fields: ClassVar[list[Any]] = [
        *StatementPage.override_translatable_fields,
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta(StatementPage.Meta):
        abstract = False
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *StatementPage.Meta.constraints,
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="adoption_ends_after_it_begins",
            ),
        ]

    def clean(self) -> None:
        """Refuse an end before the beginning."""
        super().clean()
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": _("The end lies before the beginning.")})

    def build_facts(self, media: Media) -> dict[str, Any]:
        """The statement, how it is used and what it costs here."""
        costs = Costs(once_eur=self.costs_once, monthly_eur=self.costs_monthly, note=self.costs_note)
        adoption = Adoption(version=self.version, since=self.since, until=self.until)
        return {"statement": self.build_statement(), "adoption": adoption, "costs": costs}


AdoptionPage.edit_handler = AdoptionPage.show_only(
    "target", "made", "confirmed", *FACTS, "contact_role", "contact_email", "note"
)
