"""Trying to look at drafts: in the editor, in the lists and searches of the admin, and on the site."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from wagtail.models import Revision

from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import MODELS, World

REPORTS = ("site-history", "aging-pages", "locked", "workflow", "workflow_tasks")


def _url(name: str, *args: Any) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


@probe("Vorschau eines fremden Entwurfs ansehen")
def preview(world: World, caller: str, case: Case) -> str:
    return _shows(world, caller, _url("view_draft", world.draft(case).pk), case)


@probe("Versionen auflisten")
def list_versions(world: World, caller: str, case: Case) -> str:
    return _shows(world, caller, _url("history", world.draft(case).pk), case)


@probe("eine Version ansehen")
def show_version(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    revision = Revision.objects.for_instance(page.specific).first()
    assert revision is not None
    return _shows(world, caller, _url("revisions_view", page.pk, revision.pk), case)


@probe("Versionen vergleichen")
def compare_versions(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    return _shows(world, caller, _url("revisions_compare", page.pk, "earliest", "latest"), case)


@probe("eine Version zurückholen")
def revert(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    revision = Revision.objects.for_instance(page.specific).first()
    assert revision is not None
    return _shows(world, caller, _url("revisions_revert", page.pk, revision.pk), case)


@probe("Entwurf auf der Website lesen")
def read_draft(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    return _shows(world, caller, page.get_url_parts()[2], case)


@probe("Entwurf über die feste Adresse lesen")
def read_draft_by_id(world: World, caller: str, case: Case) -> str:
    return _shows(world, caller, f"/id/{world.draft(case).translation_key}", case)


@probe("Entwurf im Seitenbaum sehen")
def explore(world: World, caller: str, case: Case) -> str:
    parent = world.draft(case).get_parent()
    return _shows(world, caller, reverse("wagtailadmin_explore", args=[parent.pk]), case)


@probe("Entwurf mit der Verwaltungssuche finden")
def search_admin(world: World, caller: str, case: Case) -> str:
    return _shows(world, caller, _url("search") + "?q=" + world.draft(case).title.split()[0], case)


@probe("Titel eines Entwurfs beim Verlinken sehen")
def choose(world: World, caller: str, case: Case) -> str:
    parent = world.draft(case).get_parent()
    return _shows(world, caller, reverse("wagtailadmin_choose_page_child", args=[parent.pk]), case)


@probe("Titel eines Entwurfs beim Verlinken suchen")
def choose_by_search(world: World, caller: str, case: Case) -> str:
    word = world.draft(case).title.split()[0]
    return _shows(world, caller, reverse("wagtailadmin_choose_page_search") + f"?q={word}", case)


@probe("Entwurf über die Schnittstelle der Verwaltung lesen")
def admin_api(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    return _shows(world, caller, f"/admin/api/main/pages/{page.pk}/", case)


@probe("Entwurf in Auswertungen sehen")
def read_reports(world: World, caller: str, case: Case) -> str:
    """All reports; what cannot be opened shows nothing either."""
    found = {_shows(world, caller, f"/admin/reports/{name}/", case) for name in REPORTS}
    return "ja" if "ja" in found else "nein" if "nein" in found else found.pop()


@probe("Entwurf in der Liste seiner Art sehen")
def list_type(world: World, caller: str, case: Case) -> str:
    options = MODELS[case.kind]._meta
    return _shows(world, caller, f"/admin/pages/usage/{options.app_label}/{options.model_name}/", case)


def _shows(world: World, caller: str, url: str, case: Case) -> str:
    """Whether a page that may be seen names the draft beyond the question itself."""
    response = world.people[caller].get(url)
    secret = world.draft(case).title.split()[1]
    told = secret in response.content.decode()
    refused = refusal(response)
    assert not (refused and told), "the refusal itself names it"
    return refused or granted(really=told)
