"""The world the tables speak of: an instance with the bodies A and B, and C, which it received."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Collection, Page

from content.models import BodyPage, CaseReportPage, ModulePage
from events.models import EventPage
from hub.accounts.models import Invitation, JoinRequest, User
from hub.documents import Audience
from hub.municipalities.models import Body
from hub.site.models import HomePage
from tests.permissions.callers import Caller
from tests.permissions.forms import page_form
from tests.permissions.table import AUDIENCES, KINDS, Case
from tests.wire.foreign import ForeignHub

COMMON = "Prüfstein"
"""Stands in every item, so that one search finds all that may be found."""

LEVELS = dict(zip(AUDIENCES, Audience, strict=True))
CODES = dict(zip(KINDS, ("case_report", "module", "event", "body"), strict=True))
MODELS: dict[str, type[Page]] = dict(
    zip(KINDS, (CaseReportPage, ModulePage, EventPage, BodyPage), strict=True)
)


@dataclass(frozen=True)
class Item:
    """Something to be read. ``word`` stands in its title, summary and text, ``inner`` in its file alone."""

    kind: str
    place: str
    content: str
    word: str
    topic: str
    uuid: uuid.UUID
    url: str
    file_url: str
    inner: bytes
    page: Page | None = None


@dataclass
class World:
    """Everything there is, and what was answered so far to those who only look."""

    home: HomePage
    bodies: dict[str, Body]
    sections: dict[str, BodyPage]
    collections: dict[str, Collection]
    people: dict[str, Caller]
    hubs: dict[str, Caller]
    peer: ForeignHub
    items: dict[tuple[str, str, str], Item] = field(default_factory=dict)
    colleagues: dict[str, User] = field(default_factory=dict)
    requests: dict[str, JoinRequest] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    drafts: dict[tuple[str, str], Page] = field(default_factory=dict)
    images: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    forms: dict[int, dict[str, Any]] = field(default_factory=dict)
    seen: dict[tuple[int, str, str], Any] = field(default_factory=dict)

    def item(self, case: Case) -> Item:
        """What a case is about."""
        return self.items[case.kind, case.place, case.content]

    def draft(self, case: Case) -> Page:
        """The draft a case is about, which a colleague has begun."""
        return self.drafts[case.kind, case.place]

    def form(self, page: Page) -> dict[str, Any]:
        """What a browser would send from the page's editor; read once, since each change is undone."""
        if page.pk not in self.forms:
            operator = self.people["Betrieb"].user
            assert operator is not None
            self.forms[page.pk] = page_form(page.specific, operator)
        return self.forms[page.pk]

    def look(self, caller: str, path: str, among: Mapping[str, Caller] | None = None) -> Any:
        """The response to a GET of one of the people, or ``among`` the hubs; asked for once."""
        callers = self.people if among is None else among
        key = (id(callers), caller, path)
        if key not in self.seen:
            self.seen[key] = callers[caller].get(path)
        return self.seen[key]

    def text(self, caller: str, path: str) -> str:
        """The body of that response."""
        response = self.look(caller, path)
        assert response.status_code == 200, f"{path} answers {response.status_code} to {caller}"
        return str(response.content.decode())
