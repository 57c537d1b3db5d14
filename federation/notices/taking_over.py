"""Taking over what another hub has handed over: pages of one's own from the documents that it sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import structlog
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Collection, Locale, Page, Site

from content.models import BodyPage
from content.rebuilding.comparing import COMPUTED, list_differences
from content.rebuilding.kinds import REBUILDINGS as CONTENT
from content.rebuilding.kinds import Rebuilding
from content.rebuilding.pages import Plan, rebuild
from content.rebuilding.shelf import Shelf
from content.rebuilding.texts import Writer
from content.services import open_section
from events.rebuilding import REBUILDINGS as EVENTS
from federation.models import Notice, NoticeType
from federation.notices import moving
from federation.notices.queries import lineage, whereabouts
from hub.catalogue.models import CatalogueEntry, State
from hub.catalogue.settling import build_document, settle
from hub.documents import Attachment, Document
from hub.env import env
from hub.errors import FileWithheld, HubError
from hub.files.queries import find_file
from hub.files.services import open_content
from hub.municipalities.models import Body

logger = structlog.get_logger("federation")

REBUILDINGS: dict[str, Rebuilding] = {**CONTENT, **EVENTS}
TOLD_EVERY = 100
OWN = frozenset({"id", *COMPUTED})
"""What a document says of its hub, which is another one now."""

Say = Callable[[str], object]


class NotForUs(HubError):
    """This notice hands nothing over to this instance."""


class CannotTakeOver(Exception):
    """A document cannot become a page here; the message says why, for the operator."""


@dataclass
class TakenOver:
    """How many items are published here now. ``changed`` says by id what reads otherwise than before,
    ``waiting`` why an item is not taken over yet; ``missing`` counts those that were never received.
    """

    count: int = 0
    changed: dict[str, list[str]] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    missing: int = 0


def accept_handover(notice: Notice, say: Say = lambda line: None) -> TakenOver:
    """Publish what a hub has handed over to this one, under the same uuids, below the bodies' pages.

    Each item in a transaction of its own: it goes on where it was interrupted, and what could not be taken
    over is tried again by calling it once more. Raises :class:`NotForUs`.
    """
    if notice.type != NoticeType.HANDOVER or notice.document["to"] not in lineage(env.origin):
        raise NotForUs(_("This notice does not hand anything over to this instance."))
    taking = _TakingOver()
    offered = _offered(notice)
    pending = list(offered.values_list("pk", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        for number, pk in enumerate(pending, start=1):
            taking.take(pk)
            if number % TOLD_EVERY == 0 or number == len(pending):
                say(_("%(number)s of %(all)s items") % {"number": number, "all": len(pending)})
    settle()
    moving.carry_over(notice)
    known = CatalogueEntry.objects.filter(
        origin__in=whereabouts(notice.origin), uuid__in=notice.document["uuids"]
    )
    taking.done.missing = len(notice.document["uuids"]) - known.values("uuid").distinct().count()
    return taking.done


def _offered(notice: Notice) -> QuerySet[CatalogueEntry]:
    """What is here of it and not published by this instance, pages of bodies first, then topics."""
    first = Case(When(kind="body", then=Value(0)), When(kind="topic", then=Value(1)), default=Value(2))
    own = CatalogueEntry.objects.filter(source="", origin=env.origin, state=State.LIVE)
    return (
        CatalogueEntry.objects.filter(
            origin__in=whereabouts(notice.origin),
            uuid__in=notice.document["uuids"],
            state=State.LIVE,
            moved_to="",
        )
        .exclude(source="")
        .exclude(uuid__in=own.values("uuid"))
        .order_by(first, "first_published", "pk")
    )


class _TakingOver:
    def __init__(self) -> None:
        self.done = TakenOver()
        self.known: dict[tuple[Any, ...], Any] = {}

    def take(self, pk: int) -> None:
        """Make the page of one item, or keep why that is not possible."""
        entry = CatalogueEntry.objects.filter(pk=pk).first()
        if entry is None:
            return  # gone since the list was made
        try:
            with transaction.atomic():
                self._publish(entry, entry.document)
        except OperationalError:
            raise  # says nothing about the item: it goes on from here later
        except Exception as error:  # whatever a builder raises must not hold up the items behind it
            plain = isinstance(error, (CannotTakeOver, FileWithheld))
            self.done.waiting[entry.object_id] = str(error) if plain else f"{type(error).__name__}: {error}"
            self.known.clear()  # what was taken into the library for it has been rolled back
            logger.warning(
                "item not taken over", object_id=entry.object_id, reason=str(error), exc_info=not plain
            )

    def _publish(self, entry: CatalogueEntry, document: Document) -> None:
        if Page.objects.filter(translation_key=entry.uuid).exists():
            raise CannotTakeOver(_("There is a page of it here that is not published: publish or delete it."))
        how = REBUILDINGS.get(document.kind)
        if how is None:
            raise CannotTakeOver(
                _("This version knows no pages of the kind “%(kind)s”.") % {"kind": document.kind}
            )
        if document.kind == "body" and BodyPage.objects.filter(body_id=document.publishers[0]).exists():
            return  # the body has its page here already, and the old one leads there
        parent, collection = _place_of(document)
        writer = Writer(Shelf(document, collection, _opener(entry.origin), self.known))
        page = rebuild(document, how, writer, Plan(parent, "", entry.first_published, entry.changed))
        differences = list_differences(document, build_document(page))
        told = [each for each in differences if each.partition(":")[0].partition(".")[0] not in OWN]
        if told:
            self.done.changed[entry.object_id] = told
        self.done.count += 1


def _place_of(document: Document) -> tuple[Page, Collection]:
    """The page below which it stands and the library that takes its files."""
    home = Site.objects.get(is_default_site=True).root_page.specific
    key = document.publishers[0] if document.publishers else ""
    body = Body.objects.filter(pk=key).first()
    if body is None:
        raise CannotTakeOver(_("The directory does not have the body %(key)s.") % {"key": key})
    if document.kind in {"body", "topic"}:
        return home, Collection.get_first_root_node()
    section = BodyPage.objects.filter(body=body, alias_of=None).order_by("pk").first()
    if section is None:
        summary = _("Contributions of %(name)s.") % {"name": body.name}
        section = BodyPage(
            title=body.name, body=body, summary=summary, locale=Locale.get_default(), live=False
        )
        home.add_child(instance=section)
        section.save_revision().publish()
    return section, open_section(section).collection


def _opener(origin: str) -> Any:
    """Opens the bytes that the giver has brought."""

    @contextmanager
    def opened(attachment: Attachment) -> Iterator[IO[bytes]]:
        record = find_file(attachment.digest, origin)
        if record is None:
            raise FileWithheld(_("%(name)s has not been fetched yet.") % {"name": attachment.name})
        with open_content(record) as file:
            yield file

    return opened
