"""Making pages follow own entries that were taken back: published, withdrawn or erased as they say.

What cannot become a page stays readable as an entry; why, is kept for the operator's list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, Value, When
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Collection, Page, Site

from content.models import BodyPage
from content.rebuilding.comparing import COMPUTED, list_differences
from content.rebuilding.kinds import REBUILDINGS as CONTENT
from content.rebuilding.kinds import Rebuilding
from content.rebuilding.pages import Plan, rebuild, renew
from content.rebuilding.shelf import Shelf
from content.rebuilding.texts import Writer
from content.services import open_section
from events.rebuilding import REBUILDINGS as EVENTS
from federation.models import Peer
from federation.restoring import alarms, checking
from federation.restoring.files import fetch_back, opened
from hub.catalogue import settling
from hub.catalogue.erasing import forget_pages
from hub.catalogue.models import CatalogueEntry, Mark, Setback, State
from hub.documents import Document
from hub.errors import CannotErase, FileWithheld
from hub.municipalities.models import Body

logger = structlog.get_logger("federation")

REBUILDINGS: dict[str, Rebuilding] = {**CONTENT, **EVENTS}
TOLD_EVERY = 100

Say = Callable[[str], object]


class CannotRebuild(Exception):
    """A document cannot become a page here; the message says why, for the operator."""


@dataclass
class Brought:
    """How many pages were published, withdrawn and erased; ``kept`` says by id why an entry has none."""

    published: int = 0
    withdrawn: int = 0
    erased: int = 0
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """All whose pages have followed."""
        return self.published + self.withdrawn + self.erased


def bring_pages(peers: Sequence[Peer], say: Say = lambda line: None) -> Brought:
    """Make the pages of all recovered entries follow, each in a transaction of its own.

    Goes on where it was interrupted, and tries again what could not be done before. Attachments that are no
    longer here are fetched from ``peers``.
    """
    Setback.objects.filter(consumer=alarms.RECOVERED).delete()
    first = Case(When(kind="body", then=Value(0)), When(kind="topic", then=Value(1)), default=Value(2))
    pending = list(checking.unfinished().order_by(first, "position").values_list("pk", flat=True))
    bringing = _Bringing(peers)
    with translation.override(settings.LANGUAGE_CODE):
        for number, pk in enumerate(pending, start=1):
            bringing.bring(pk)
            if number % TOLD_EVERY == 0 or number == len(pending):
                say(_("%(number)s of %(all)s pages have followed") % {"number": number, "all": len(pending)})
    return bringing.done


class _Bringing:
    def __init__(self, peers: Sequence[Peer]) -> None:
        self.peers = peers
        self.done = Brought()
        self.sections: dict[str, tuple[Page, Collection]] = {}
        self.known: dict[tuple[Any, ...], Any] = {}

    def bring(self, pk: int) -> None:
        """Make one page follow, or keep why it cannot."""
        entry = CatalogueEntry.objects.filter(pk=pk).first()
        if entry is None:
            return
        try:
            if entry.state == State.LIVE:
                # Before the transaction, which would otherwise be open for as long as a peer takes.
                fetch_back(entry.document, self.peers)
            with transaction.atomic():
                self._bring(pk)
        except (OperationalError, InterfaceError):
            raise  # says nothing about the page: the recovery goes on from here later
        except (CannotRebuild, FileWithheld, CannotErase) as error:
            self._keep(entry, str(error))
        except Exception as error:  # one entry, whatever is wrong with it, must not stop all publishing
            logger.exception("recovered page failed", object_id=entry.object_id)
            self._keep(entry, f"{type(error).__name__}: {error}")

    def _keep(self, entry: CatalogueEntry, reason: str) -> None:
        logger.warning("recovered without a page", object_id=entry.object_id, reason=reason)
        Mark.objects.filter(key=entry.uuid).delete()
        Setback.objects.update_or_create(
            consumer=alarms.RECOVERED, object_id=entry.object_id, defaults={"error": reason[:2000]}
        )
        self.known.clear()  # what was taken into the library for it has been rolled back
        self.done.kept[entry.object_id] = reason

    def _bring(self, pk: int) -> None:
        key = CatalogueEntry.objects.values_list("uuid", flat=True).get(pk=pk)
        settling.lock_item(key)
        entry = CatalogueEntry.objects.select_for_update().get(pk=pk)
        if not entry.recovered:
            return
        if entry.state == State.LIVE:
            self._publish(entry)
        elif entry.state == State.WITHDRAWN:
            self._withdraw(entry)
        else:
            forget_pages(entry.uuid)
            self.done.erased += 1
        CatalogueEntry.objects.filter(pk=pk).update(recovered=False, hidden=False)

    def _withdraw(self, entry: CatalogueEntry) -> None:
        pages = Page.objects.filter(translation_key=entry.uuid, live=True, alias_of=None)
        for page in pages:
            if not settling.is_newer(page, entry):
                page.specific.unpublish()
                Mark.objects.filter(key=entry.uuid).delete()
        self.done.withdrawn += 1

    def _publish(self, entry: CatalogueEntry) -> None:
        page = settling.primary_page(entry.uuid)
        if page is not None and settling.is_newer(page, entry):
            Mark.objects.create(key=entry.uuid)  # published since the restore: that becomes the next version
            return
        document = entry.document
        fresh = self._rebuilt(entry, document)
        differences = list_differences(document, settling.build_document(fresh))
        told = [each for each in differences if each.partition(".")[0] not in COMPUTED]
        if told and document.kind != "body":
            raise CannotRebuild(
                _("A page made of it would say something else: %(differences)s")
                % {"differences": "; ".join(told[:5])}
            )
        path = (fresh.get_url_parts() or ("", "", ""))[2] or ""
        CatalogueEntry.objects.filter(pk=entry.pk).update(page_id=fresh.pk, path=path)
        self.done.published += 1

    def _rebuilt(self, entry: CatalogueEntry, document: Document) -> Any:
        how = REBUILDINGS.get(document.kind)
        if how is None:
            raise CannotRebuild(
                _("This version knows no pages of the kind “%(kind)s”.") % {"kind": document.kind}
            )
        parent, collection = self._place_of(document)
        writer = Writer(Shelf(document, collection, opened, self.known))
        found = Page.objects.filter(translation_key=entry.uuid, alias_of=None).order_by("-live", "pk").first()
        if found is None:
            return rebuild(document, how, writer, Plan(parent, "", entry.first_published, entry.changed))
        page = found.specific
        if not isinstance(page, how.model):
            raise CannotRebuild(_("Its page has become one of another kind."))
        return renew(page, document, how, writer)

    def _place_of(self, document: Document) -> tuple[Page, Collection]:
        """The page below which it stands and the library that takes its files."""
        home = Site.objects.get(is_default_site=True).root_page.specific
        key = document.publishers[0] if document.publishers else ""
        if document.kind == "body" and not Body.objects.filter(pk=key).exists():
            raise CannotRebuild(_("The directory does not have the body %(key)s.") % {"key": key})
        if document.kind in {"body", "topic"}:
            return home, Collection.get_first_root_node()
        if key not in self.sections:
            section = BodyPage.objects.filter(body_id=key, alias_of=None).order_by("pk").first()
            if section is None:
                raise CannotRebuild(
                    _("There is no page of the body %(key)s, below which it would stand.") % {"key": key}
                )
            self.sections[key] = (section, open_section(section).collection)
        return self.sections[key]
