"""What somebody may write in which section, and what they have begun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

from content.models import AdoptionPage, BodyPage, CheckPage, CoPublicationPage

DRAFTS = 8
INVITATIONS: dict[str, str | Promise] = {
    "case_report": _("Write a case report"),
    "module": _("Add a building block"),
    "event": _("Add an event"),
    "focus_group": _("Add a focus group"),
    "format": _("Add a knowledge format"),
    "session_note": _("Add a session note"),
    "dataset": _("Describe a dataset"),
    "indicator": _("Describe an indicator"),
    "training": _("Add a training path"),
    "motion": _("Share a council motion"),
    "news": _("Write a news item"),
    "question": _("Answer a frequent question"),
}
"""What the button says, by kind, the most used first; kinds without one are begun in the page tree."""

BUTTONS = 3
"""How many kinds get a button of their own; the others wait below it."""


@dataclass(frozen=True)
class Opening:
    """A section somebody may write in: its name and pairs of a button's address and wording.

    ``buttons`` are for the kinds most used, ``more`` for the others.
    ``body`` is the key of whose section it is, ``introduction`` the address at which its own page is
    edited, empty for those who may not; ``begun`` says whether anything in it has been published.
    """

    section: str
    buttons: tuple[tuple[str, str | Promise], ...]
    body: str
    introduction: str
    begun: bool
    more: tuple[tuple[str, str | Promise], ...] = ()


def list_openings(user: AbstractBaseUser) -> list[Opening]:
    """The sections ``user`` may add pages to, in the language that is written first."""
    below = Page.objects.filter(path__startswith=OuterRef("path"), depth__gt=OuterRef("depth"), live=True)
    sections = BodyPage.objects.filter(alias_of=None, locale=Locale.get_default())
    openings = [
        _open(page, user)
        for page in sections.annotate(begun=Exists(below)).order_by("title")
        if page.permissions_for_user(user).can_add_subpage()
    ]
    return [opening for opening in openings if opening.buttons]


def list_drafts(user: AbstractBaseUser) -> list[Page]:
    """The newest pages of ``user`` with something that is not published yet.

    Without statements: one that was taken back is no draft, and nobody goes on writing it.
    """
    own = Page.objects.filter(owner=user, has_unpublished_changes=True, alias_of=None)
    own = own.not_exact_type(AdoptionPage, CheckPage, CoPublicationPage)
    return list(own.order_by("-latest_revision_created_at", "-pk")[:DRAFTS])


def _open(page: Any, user: Any) -> Opening:
    editable = page.permissions_for_user(user).can_edit()
    introduction = reverse("wagtailadmin_pages:edit", args=[page.pk]) if editable else ""
    ways = tuple(_list_buttons(page, user))
    return Opening(page.title, ways[:BUTTONS], page.body_id, introduction, page.begun, ways[BUTTONS:])


def _list_buttons(page: BodyPage, user: Any) -> Iterable[tuple[str, str | Promise]]:
    by_kind = {getattr(model, "kind", ""): model for model in type(page).creatable_subpage_models()}
    for kind, wording in INVITATIONS.items():
        model = by_kind.get(kind)
        if model is not None and model.can_create_at(page):
            names = [model._meta.app_label, model._meta.model_name, page.pk]
            yield reverse("wagtailadmin_pages:add", args=names), wording
