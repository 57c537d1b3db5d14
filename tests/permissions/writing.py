"""Trying to write: drafts, publishing, withdrawing, moving, versions, and what the admin shows of drafts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from content.models import BodyPage
from tests.factories.pages import add_body
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import MODELS, World

PUBLISH = {"action-publish": "action-publish"}


def _url(name: str, *args: Any) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def _own(world: World, caller: str, case: Case) -> Page:
    """The draft, which the caller has begun."""
    page = world.draft(case)
    Page.objects.filter(pk=page.pk).update(owner=world.people[caller].user)
    return page


def _live(world: World, case: Case) -> Page:
    page = world.items[case.kind, case.place, "öffentlich"].page
    assert page is not None
    return page


def _fresh(page: Page) -> Page:
    return Page.objects.get(pk=page.pk)


def _send(world: World, caller: str, url: str, data: dict[str, Any]) -> str:
    """Send a form; the refusal, or ``""``."""
    response = world.people[caller].post(url, data)
    if response.status_code == 200 and (form := response.context.get("form")) is not None:
        assert not form.errors, form.errors  # a form that is wrong would look like a refusal
    return refusal(response)


def _save(world: World, caller: str, page: Page, **buttons: str) -> tuple[str, bool, bool]:
    """Change the title in the editor: how it was refused, whether it was saved, whether it is live."""
    data = world.form(page) | {"title": "Neuer Titel", **buttons}
    refused = _send(world, caller, _url("edit", page.pk), data)
    saved = page.specific_class.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Neuer Titel"
    assert not (refused and saved), "refused, and yet it was saved"
    now = _fresh(page)
    return refused, saved, now.live and now.title == "Neuer Titel"


@probe("Entwurf anlegen")
def create(world: World, caller: str, case: Case) -> str:
    parent = world.home if case.kind == "Kommune" else world.sections[case.place]
    model = MODELS[case.kind]
    data = world.form(world.draft(case)) | {"title": "Frisch", "slug": "frisch"}
    if case.kind == "Kommune":
        data["body"] = add_body("frisch", "Frischhausen").pk
    url = _url("add", model._meta.app_label, model._meta.model_name, parent.pk)
    refused = _send(world, caller, url, data)
    made = model.objects.filter(slug="frisch").exists()
    assert not (refused and made)
    return refused or granted(really=made)


@probe("eigenen Entwurf bearbeiten")
def edit_own(world: World, caller: str, case: Case) -> str:
    refused, saved, _ = _save(world, caller, _own(world, caller, case))
    return refused or granted(really=saved)


@probe("fremden Entwurf bearbeiten")
def edit_foreign(world: World, caller: str, case: Case) -> str:
    refused, saved, _ = _save(world, caller, world.draft(case))
    return refused or granted(really=saved)


@probe("Veröffentlichtes bearbeiten")
def edit_live(world: World, caller: str, case: Case) -> str:
    refused, saved, _ = _save(world, caller, _live(world, case))
    return refused or granted(really=saved)


@probe("eigenen Entwurf veröffentlichen")
def publish_own(world: World, caller: str, case: Case) -> str:
    refused, _, live = _save(world, caller, _own(world, caller, case), **PUBLISH)
    return refused or granted(really=live)


@probe("fremden Entwurf veröffentlichen")
def publish_foreign(world: World, caller: str, case: Case) -> str:
    refused, _, live = _save(world, caller, world.draft(case), **PUBLISH)
    return refused or granted(really=live)


@probe("Änderung veröffentlichen")
def publish_change(world: World, caller: str, case: Case) -> str:
    refused, _, live = _save(world, caller, _live(world, case), **PUBLISH)
    return refused or granted(really=live)


@probe("eigenen veröffentlichten Beitrag ändern")
def change_own_live(world: World, caller: str, case: Case) -> str:
    """As a draft beside what stays published."""
    page = _live(world, case)
    Page.objects.filter(pk=page.pk).update(owner=world.people[caller].user)
    refused, saved, _ = _save(world, caller, page)
    return refused or granted(really=saved)


@probe("Kommunenseite einer anderen Kommune zuschreiben")
def relabel(world: World, caller: str, case: Case) -> str:
    """What stands in a section is published in the name of its body."""
    page, other = _live(world, case), world.bodies["B" if case.place == "A" else "A"]
    refused = _send(world, caller, _url("edit", page.pk), world.form(page) | {"body": other.pk, **PUBLISH})
    return _effect(refused, done=BodyPage.objects.get(pk=page.pk).body_id == other.pk)


@probe("zurückziehen")
def unpublish(world: World, caller: str, case: Case) -> str:
    page = _live(world, case)
    refused = _send(world, caller, _url("unpublish", page.pk), {})
    return _effect(refused, done=not _fresh(page).live)


@probe("eigenen Entwurf löschen")
def delete_own(world: World, caller: str, case: Case) -> str:
    return _delete(world, caller, _own(world, caller, case))


@probe("fremden Entwurf löschen")
def delete_foreign(world: World, caller: str, case: Case) -> str:
    return _delete(world, caller, world.draft(case))


@probe("Veröffentlichtes löschen")
def delete_live(world: World, caller: str, case: Case) -> str:
    return _delete(world, caller, _live(world, case))


@probe("in die andere Kommune verschieben")
def move(world: World, caller: str, case: Case) -> str:
    page = _live(world, case)
    target = world.sections["B" if case.place == "A" else "A"]
    refused = _send(world, caller, _url("move_confirm", page.pk, target.pk), {})
    return _effect(refused, done=_fresh(page).get_parent().pk == target.pk)


@probe("in die andere Kommune kopieren")
def copy(world: World, caller: str, case: Case) -> str:
    page = _live(world, case)
    target = world.sections["B" if case.place == "A" else "A"]
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": target.pk, "publish_copies": "on"}
    response = world.people[caller].post(_url("copy", page.pk), data)
    return _effect(refusal(response), done=target.get_children().filter(slug="kopie").exists())


@probe("in der eigenen Kommune kopieren")
def copy_here(world: World, caller: str, case: Case) -> str:
    page = _live(world, case)
    target = page.get_parent()
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": target.pk, "publish_copies": "on"}
    response = world.people[caller].post(_url("copy", page.pk), data)
    made = target.get_children().filter(slug="kopie").first()
    if made is not None and not made.live:
        return "Entwurf"
    return _effect(refusal(response), done=made is not None)


def _send_many(world: World, caller: str, case: Case, action: str, page: Page) -> str:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}"
    return refusal(world.people[caller].post(url, {"next": "/admin/", "include_descendants": "on"}))


@probe("mehrere auf einmal veröffentlichen")
def publish_many(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    refused = _send_many(world, caller, case, "publish", page)
    return _effect(refused, done=_fresh(page).live)


@probe("mehrere auf einmal zurückziehen")
def unpublish_many(world: World, caller: str, case: Case) -> str:
    page = _live(world, case)
    refused = _send_many(world, caller, case, "unpublish", page)
    return _effect(refused, done=not _fresh(page).live)


@probe("mehrere auf einmal löschen")
def delete_many(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    refused = _send_many(world, caller, case, "delete", page)
    return _effect(refused, done=not Page.objects.filter(pk=page.pk).exists())


@probe("gegen Änderungen sperren")
def lock(world: World, caller: str, case: Case) -> str:
    page = _live(world, case)
    response = world.people[caller].post(_url("lock", page.pk), {})
    return _effect(refusal(response), done=_fresh(page).locked)


@probe("den Zugriff einzeln beschränken")
def restrict(world: World, caller: str, case: Case) -> str:
    """The audience says who may read; Wagtail's own restrictions are offered to nobody."""
    page = _live(world, case)
    response = world.people[caller].post(_url("set_privacy", page.pk), {"restriction_type": "login"})
    return _effect(refusal(response), done=PageViewRestriction.objects.filter(page=page).exists())


@probe("Startseite bearbeiten")
def edit_home(world: World, caller: str, case: Case) -> str:
    refused, saved, _ = _save(world, caller, world.home)
    return refused or granted(really=saved)


@probe("Startseite veröffentlichen")
def publish_home(world: World, caller: str, case: Case) -> str:
    refused, _, live = _save(world, caller, world.home, **PUBLISH)
    return refused or granted(really=live)


@probe("Startseite zurückziehen")
def unpublish_home(world: World, caller: str, case: Case) -> str:
    refused = _send(world, caller, _url("unpublish", world.home.pk), {})
    return _effect(refused, done=not _fresh(world.home).live)


def _delete(world: World, caller: str, page: Page) -> str:
    refused = _send(world, caller, _url("delete", page.pk), {})
    return _effect(refused, done=not Page.objects.filter(pk=page.pk).exists())


def _effect(refused: str, *, done: bool) -> str:
    assert not (refused and done) or refused == "Start", "refused, and yet it was done"
    return "ja" if done else refused or "nein"
