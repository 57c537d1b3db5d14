"""Verbs of statements: adopting, reading against, publishing together; confirming, ending, taking back.

Everything here is done by an editor or coordinator of the body that speaks, on that body's own hub, and
published at once. Nobody else has a way to: a statement is signed by the log of the hub it is made on,
and other hubs show it only if that hub may publish for the body.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from content.models import AdoptionPage, BodyPage, CheckPage, CoPublicationPage
from content.models.statement import StatementPage
from content.statements.rules import (
    HIGHEST_COSTS,
    LONGEST_NOTE,
    StatementRefused,
    check_dates,
    lapses_on,
    why_not,
)
from hub.accounts.models import User
from hub.accounts.roles import ELEVATED, role_in
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import is_gone
from hub.municipalities.models import Body

SLUGS = {"adoption": "nachnutzung", "check": "gegenlesung", "co_publication": "mitherausgabe"}
P = TypeVar("P", bound=StatementPage)


@dataclass(frozen=True)
class AdoptionFacts:
    """How a body uses what it took over. Costs are in whole euros, None is „unbekannt“."""

    version: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    costs_once: int | None = None
    costs_monthly: int | None = None
    costs_note: str = ""
    contact_role: str = ""
    contact_email: str = ""
    note: str = ""


def adopt(user: User, body: Body, entry: CatalogueEntry, facts: AdoptionFacts) -> AdoptionPage:
    """State that ``body`` uses the document of ``entry``, or correct what it stated before.

    Raises :class:`StatementRefused` or ``PermissionDenied``.
    """
    today = timezone.localdate()
    check_dates(facts.since, facts.until, today)
    for name in ("costs_once", "costs_monthly"):
        if not 0 <= (getattr(facts, name) or 0) <= HIGHEST_COSTS:
            raise StatementRefused(_("Please enter an amount between 0 and one billion euros."), name)
    values = {**asdict(facts), "expire_at": _midnight(lapses_on(today))}
    return _state(AdoptionPage, user, body, entry, values)


def check(user: User, body: Body, entry: CatalogueEntry, seen: str, note: str = "") -> CheckPage:
    """State that ``body`` has read the revision of ``entry`` whose digest is ``seen``.

    Raises :class:`StatementRefused`, also if the document has changed since it was seen, or
    ``PermissionDenied``.
    """
    _refuse_unseen(entry, seen)
    return _state(CheckPage, user, body, entry, {"note": note})


def co_publish(user: User, body: Body, entry: CatalogueEntry, seen: str) -> CoPublicationPage:
    """Confirm that ``body`` publishes the revision of ``entry`` whose digest is ``seen`` with its owner.

    Raises as :func:`check` does.
    """
    _refuse_unseen(entry, seen)
    return _state(CoPublicationPage, user, body, entry, {})


def confirm_again(user: User, page: StatementPage, seen: str = "") -> None:
    """Confirm today that a statement still holds, of the revision the document has now.

    ``seen`` is the digest of the revision the person was shown; for an adoption it does not matter.
    One that was taken back is made again. An adoption may be confirmed after its document was
    withdrawn, since it can go on being used; anything else raises :class:`StatementRefused`.
    """
    with _held(user, page) as held:
        entry = CatalogueEntry.objects.filter(object_id=held.target).first()
        if entry is None:
            raise StatementRefused(_("This instance does not know the contribution any more."))
        if not (held.kind == "adoption" and held.live and is_gone(entry)):
            if reason := why_not(held.kind, held.maker, entry):
                raise StatementRefused(reason)
            if held.kind != "adoption":
                _refuse_unseen(entry, seen)
            held.target_digest, held.audience = entry.digest, entry.audience
        today = timezone.localdate()
        held.made, held.confirmed = held.day_made(today), today
        if isinstance(held, AdoptionPage):
            held.expire_at = _midnight(lapses_on(today))
        held.save_revision(user=user).publish(user=user)


def end(user: User, page: AdoptionPage, until: dt.date) -> None:
    """State that the body does not use it any more after ``until``, today at the latest.

    Raises :class:`StatementRefused` or ``PermissionDenied``.
    """
    today = timezone.localdate()
    if until > today:
        raise StatementRefused(_("The end cannot lie ahead; change the adoption itself for that."), "until")
    with _held(user, page) as held:
        check_dates(held.since, until, today)
        held.until = until
        held.save_revision(user=user).publish(user=user)


def withdraw(user: User, page: StatementPage) -> None:
    """Take a statement back, whatever has become of the document; doing it twice changes nothing.

    Raises ``PermissionDenied``.
    """
    with _held(user, page) as held:
        if held.live:
            held.unpublish(user=user)


def _state(model: type[P], user: User, body: Body, entry: CatalogueEntry, values: dict[str, Any]) -> P:
    """Make, or make again, the one page of a kind that a body has for a document, and publish it."""
    _refuse_strangers(user, body.pk)
    if len(values.get("note", "")) > LONGEST_NOTE:
        raise StatementRefused(_("The note is too long."), "note")
    if reason := why_not(model.kind, body.pk, entry):
        raise StatementRefused(reason)
    today = timezone.localdate()
    with transaction.atomic():
        Body.objects.select_for_update().get(pk=body.pk)  # two people may state the same at once
        page = model.objects.filter(maker=body.pk, target=entry.object_id).first() or _begin(
            model, user, body, entry
        )
        page.made, page.confirmed = page.day_made(today), today
        page.target_digest, page.audience, page.demo = entry.digest, entry.audience, _is_demo(entry)
        for name, value in values.items():
            setattr(page, name, value)
        page.save_revision(user=user).publish(user=user)
    made: P = model.objects.get(pk=page.pk)
    return made


@contextmanager
def _held(user: User, page: P) -> Iterator[P]:
    """The statement as it is now, locked while it is changed. Its document's row is not touched.

    Raises ``PermissionDenied``, and :class:`StatementRefused` if it has been deleted.
    """
    _refuse_strangers(user, page.maker)
    with transaction.atomic():
        held = type(page).objects.select_for_update(of=("self",)).filter(pk=page.pk).first()
        if held is None:
            raise StatementRefused(_("The statement has been deleted in the meantime."))
        yield held


def _begin(model: type[P], user: User, body: Body, entry: CatalogueEntry) -> P:
    """A new page, not yet published, in the section of the body."""
    section = _section_of(body.pk)
    if section is None:
        raise StatementRefused(_("Your municipality has no page on this instance yet."))
    title, summary = model.headings()
    page = model(
        title=title,
        summary=summary,
        slug=f"{SLUGS[model.kind]}-{uuid.uuid4().hex[:12]}",
        maker=body.pk,
        target=entry.object_id,
        owner=user,
        live=False,
        locale=section.locale,
    )
    section.add_child(instance=page)
    return page


def _section_of(key: str) -> BodyPage | None:
    pages: QuerySet[BodyPage] = BodyPage.objects.filter(body=key, alias_of=None)
    return pages.filter(locale=Locale.get_default()).first()


def _is_demo(entry: CatalogueEntry) -> bool:
    """What is said of invented content is invented."""
    return bool(entry.document.demo)


def _refuse_strangers(user: User, key: str) -> None:
    body = Body.objects.filter(pk=key).first()
    if body is None or role_in(user, body) not in ELEVATED:
        raise PermissionDenied


def _refuse_unseen(entry: CatalogueEntry, seen: str) -> None:
    if not is_gone(entry) and seen != entry.digest:
        raise StatementRefused(
            _("The contribution has changed since you opened this page. Please look at it again.")
        )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
