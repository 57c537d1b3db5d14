"""Two towns on one hub, and documents of others, for tests of statements."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from content.models import BodyPage
from content.services import open_section
from hub.accounts.models import Role, User
from hub.catalogue import log
from hub.catalogue.entries import fill
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Adoption, Document, Statement, Text
from hub.municipalities.models import Body
from tests.factories.pages import add_section
from tests.factories.people import add_person, add_town

TRIER, KOBLENZ, OTHER = "07211000", "07111000", "http://koblenz.localhost:8002"


@dataclass
class Town:
    """A body of this hub with its section and the people who speak for it."""

    body: Body
    section: BodyPage
    editor: User


def add_town_here(key: str = TRIER, name: str = "Trier", **fields: Any) -> Town:
    """A town with a section on this hub and an editor."""
    body = add_town(key, name, **fields)
    section = add_section(name.lower().replace(" ", "-"), body)
    open_section(section)
    return Town(body, section, add_person(f"redaktion@{key}.example", body, Role.EDITOR))


def entry_of(page: Any) -> CatalogueEntry:
    """The entry of a page, after everything that is marked has been settled."""
    settle()
    return CatalogueEntry.objects.get(uuid=page.translation_key)


def receive(document: Document) -> CatalogueEntry:
    """An entry as it was received from another hub."""
    now = timezone.now()
    entry = CatalogueEntry(
        object_id=document.id,
        uuid=uuid.UUID(document.uuid),
        origin=document.origin,
        source="koblenz",
        first_published=now,
    )
    fill(
        entry,
        document,
        document.to_bytes().decode(),
        f"sha256:{uuid.uuid4().hex}",
        "",
        1,
        now,
        log.next_position(),
    )
    entry.save()
    return entry


def received_document(kind: str = "module", title: str = "Sensorpaket", **fields: Any) -> Document:
    """A document of Koblenz."""
    values = {"publishers": (KOBLENZ,), "texts": {"de": Text(title=title)}, **fields}
    return Document(id=f"{OTHER}/id/{uuid.uuid4()}", kind=kind, **values)


def received_statement(
    about: CatalogueEntry, kind: str = "adoption", body: str = KOBLENZ, days_ago: int = 0, **fields: Any
) -> Document:
    """What a town of another hub says of a document."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    said = Statement(about=about.object_id, digest=about.digest, made=day, confirmed=day)
    values: dict[str, Any] = {"publishers": (body,), "statement": said, **fields}
    if kind == "adoption":
        values.setdefault("adoption", Adoption(version="1.0"))
    return received_document(kind, "Nachnutzung", **values)
