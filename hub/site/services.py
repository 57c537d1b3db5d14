"""Setting up an instance's own site."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Collection, Locale, Page, Site

from content.models import BodyPage
from content.services import open_section
from hub.env import env
from hub.municipalities.models import Body
from hub.municipalities.starter import OWN_STATEMENT
from hub.site.models import HomePage


def open_site() -> HomePage:
    """Languages, home page and site of this instance; Wagtail's welcome page goes.

    What is there already stays."""
    german, _ = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    for language, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=language)
    home: HomePage | None = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = root.add_child(instance=HomePage(title=f"Wissenshub {env.name}", slug="start", locale=german))
    parts = urlsplit(env.origin)
    port = parts.port or (443 if env.secure else 80)
    facts = {"hostname": env.host, "port": port, "site_name": f"Wissenshub {env.name}", "root_page": home}
    Site.objects.update_or_create(is_default_site=True, defaults=facts)
    for welcome in Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk):
        if welcome.specific_class is Page:
            welcome.delete()
    _name_roots()
    return home


def _name_roots() -> None:
    """Wagtail names what holds all pages and all collections “Root”, which the editor shows."""
    pages, collections = gettext("All pages"), gettext("All collections")
    Page.objects.filter(depth=1, title="Root").update(title=pages, draft_title=pages)
    Collection.objects.filter(depth=1, name="Root").update(name=collections)


def open_body(
    home: HomePage, key: str, name: str = "", kind: str = "", population: int | None = None
) -> BodyPage:
    """The body that runs this instance, with its published page, groups and library; what is there stays.

    Its facts are those of the directory of bodies. What is given here overrides them when the page is
    made, as the instance's own statement of today."""
    page: BodyPage | None = BodyPage.objects.filter(body_id=key).first()
    if page is None:
        body = _state_facts(key, {"name": name, "kind": kind, "population": population})
        summary = gettext("What %(name)s tries out in its administration, and what came of it.") % {
            "name": body.name
        }
        page = BodyPage(title=body.name, body=body, summary=summary, locale=home.locale, live=False)
        home.add_child(instance=page)
        page.save_revision().publish()
    open_section(page)
    return page


def _state_facts(key: str, given: dict[str, Any]) -> Body:
    body = Body.objects.filter(pk=key).first()
    is_known = body is not None
    body = body or Body(key=key, name=env.name, kind=Body.Kind.CITY)
    stated = {field: value for field, value in given.items() if value and getattr(body, field) != value}
    if stated or not is_known:
        for field, value in stated.items():
            setattr(body, field, value)
        if "population" in stated:
            body.population_date = None
        body.source, body.as_of = OWN_STATEMENT, timezone.localdate()
        body.save()
    return body
