"""Who answers for which record, and when somebody has to look at it again.

A record is due twelve months after it was last confirmed, where its kind can be confirmed, else after it was
last changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Func, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from content.months import add_months
from hub.accounts.models import BodyRole, Role
from hub.accounts.roles import ELEVATED
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards
from hub.documents import UNSEARCHED, Viewer
from hub.municipalities.models import Body
from hub.site.reports.advances import REPORT, review_day
from hub.site.reports.tables import Plain
from theme.labels import KINDS, label

PER_PAGE = 50
SOON = 1
"""Months before its day in which a record is due soon."""

WRITING = (Role.AUTHOR, *ELEVATED)
OVERDUE, DUE_SOON, NOBODY = "ueberfaellig", "bald", "ohne"
STATES: Mapping[str, str | Promise] = {
    OVERDUE: gettext_lazy("overdue"),
    DUE_SOON: gettext_lazy("due within a month"),
    NOBODY: gettext_lazy("without contact"),
}
ORDERS: Mapping[str, tuple[str, ...]] = {
    "": ("due", "pk"),
    "geaendert": ("-changed", "pk"),
    "titel": ("title", "pk"),
}
KIND_CODES = [code for code in KINDS if code not in UNSEARCHED]


@dataclass(frozen=True)
class Record:
    """One record with what somebody may do about it. ``due`` is the day of its next review."""

    entry: CatalogueEntry
    due: dt.date
    today: dt.date
    may_confirm: bool
    edit: str

    @property
    def contact(self) -> dict[str, str]:
        """Role, e-mail and telephone of who answers, as far as they are named."""
        return dict(self.entry.card.get("contact") or {})

    @property
    def is_reachable(self) -> bool:
        """Whether there is somebody to ask."""
        return bool(self.contact.get("email") or self.contact.get("phone"))

    @property
    def changed(self) -> dt.date:
        """The day of the last change."""
        return timezone.localdate(self.entry.changed)

    @property
    def is_overdue(self) -> bool:
        """Whether its day has come."""
        return self.due <= self.today

    @property
    def is_soon(self) -> bool:
        """Whether its day comes within a month."""
        return not self.is_overdue and self.due <= add_months(self.today, SOON)

    @property
    def state(self) -> str:
        """How it stands, in words; empty where all is well."""
        if self.is_overdue:
            return str(STATES[OVERDUE])
        return str(STATES[DUE_SOON]) if self.is_soon else ""


class Responsibilities:
    """Records as an address names them: ``kommune``, ``art``, ``stand``; ``sortierung``, ``seite``.

    What an address names that there is not is passed over.
    """

    def __init__(self, query: QueryDict, roles: list[BodyRole], today: dt.date, *, operates: bool) -> None:
        self.today, self.operates = today, operates
        self.elevated = {role.body_id for role in roles if role.role in ELEVATED}
        self.writing = {role.body_id for role in roles if role.role in WRITING}
        self._query = query
        self.kind = self._choice("art", KIND_CODES.__contains__)
        self.state = self._choice("stand", STATES.__contains__)
        self.order = self._choice("sortierung", ORDERS.__contains__)
        self.body = self._choice("kommune", self.names.__contains__)

    @cached_property
    def names(self) -> dict[str, str]:
        """Bodies that have records, by key, by name; one query."""
        keys = self._all().annotate(publisher=Func("publishers", function="unnest", output_field=CharField()))
        found = Body.objects.filter(pk__in=keys.values("publisher"))
        return {body.key: body.name for body in found}

    @cached_property
    def page(self) -> Page[CatalogueEntry]:
        """One page of them; two queries."""
        return Paginator(self.found, PER_PAGE).get_page(self._query.get("seite"))

    @property
    def records(self) -> list[Record]:
        """What the page shows."""
        return [self._record(entry) for entry in self.page]

    @property
    def found(self) -> QuerySet[CatalogueEntry]:
        """All of them, in their order."""
        found = self._all().annotate(due=review_day())
        if self.body:
            found = found.filter(publishers__overlap=[self.body])
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.state:
            found = found.filter(self._condition())
        return found.order_by(*ORDERS[self.order])

    def rows(self) -> Iterator[list[Plain]]:
        """All of them for a sheet, under a heading; read in portions."""
        yield sheet_head()
        for entry in self.found.iterator(chunk_size=2000):
            record = self._record(entry)
            yield [
                entry.title,
                label(KINDS, entry.kind),
                ", ".join(self.names.get(key, key) for key in entry.publishers),
                _("this instance") if entry.is_local else entry.origin.partition("://")[2],
                record.contact.get("role", ""),
                record.contact.get("email", ""),
                record.contact.get("phone", ""),
                record.changed,
                entry.confirmed,
                record.due,
                record.state,
                entry.object_id,
            ]

    def _all(self) -> QuerySet[CatalogueEntry]:
        return cards(Viewer.local()).filter(kind__in=KIND_CODES)

    def _choice(self, name: str, is_known: Callable[[str], bool]) -> str:
        value = self._query.get(name, "")
        return value if value and is_known(value) else ""

    def _condition(self) -> Q:
        if self.state == NOBODY:
            return Q(card__contact__email__isnull=True, card__contact__phone__isnull=True)
        if self.state == OVERDUE:
            return Q(due__lte=self.today)
        return Q(due__gt=self.today, due__lte=add_months(self.today, SOON))

    def _record(self, entry: CatalogueEntry) -> Record:
        owner = entry.publishers[0] if entry.publishers else ""
        due: dt.date = vars(entry)["due"]
        is_due = due <= add_months(self.today, SOON)
        may_confirm = (
            entry.is_local and entry.kind == REPORT and is_due and (self.operates or owner in self.elevated)
        )
        may_write = entry.is_local and bool(entry.page_id) and (self.operates or owner in self.writing)
        edit = f"/admin/pages/{entry.page_id}/edit/" if may_write else ""
        return Record(entry, due, self.today, may_confirm, edit)


def sheet_head() -> list[Plain]:
    """Names of the columns of the sheet."""
    return [
        _("Record"),
        _("Kind"),
        _("Municipality"),
        _("Instance"),
        _("Contact"),
        pgettext("contact", "E-mail"),
        pgettext("contact", "Telephone"),
        _("Last changed"),
        _("Confirmed on"),
        _("Next review"),
        _("State"),
        _("Permanent address"),
    ]
