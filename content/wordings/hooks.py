"""Translations in Wagtail's admin: addresses, buttons, and what the dashboard says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.urls import URLPattern, path, re_path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.defaults import page_not_found
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from content.models.document_page import DocumentPage
from content.wordings import services
from content.wordings.queries import is_outdated, outdated_wordings
from content.wordings.views import SubmitPage, UpdateTranslations, show_state, stop_translating
from hub.accounts.roles import ELEVATED, roles_of

REPORT = "localize/reports/translations/"
FIRST = -1
"""Before wagtail-localize, whose own views ask for no right on the page."""


class WordingsPanel(Component):
    """Translations that no longer fit their original, for those who publish them."""

    name = "wordings"
    template_name = "content/wordings/panel.html"
    order = 70

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """``wordings`` of the bodies in which the person publishes."""
        user = (parent_context or {})["request"].user
        keys = [row.body_id for row in roles_of(user) if row.role in ELEVATED]
        return {"wordings": outdated_wordings(keys)}


@hooks.register("construct_homepage_panels")
def add_wordings(request: HttpRequest, panels: list[Component]) -> None:
    """After what else waits."""
    panels.append(WordingsPanel())


@hooks.register("register_admin_urls", order=FIRST)
def register_addresses() -> list[URLPattern]:
    """In place of wagtail-localize's views of the same addresses; its report names drafts of every body."""
    return [
        path("localize/submit/page/<int:page_id>/", SubmitPage.as_view()),
        path("localize/update/<int:translation_source_id>/", UpdateTranslations.as_view()),
        path("localize/page/<int:page_id>/convert_to_alias/", stop_translating),
        re_path(rf"^{REPORT}", page_not_found, {"exception": Http404()}),
        path("wortlaut/<int:page_id>/", show_state, name="wording"),
    ]


@hooks.register("construct_reports_menu")
def drop_report(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Its address is closed."""
    menu_items[:] = [item for item in menu_items if REPORT not in item.url]


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_state(page: Page, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """The button that leads to the state of a wording."""
    wording = page.specific_deferred
    if (
        not isinstance(wording, DocumentPage)
        or not page.live
        or page.alias_of_id
        or not wording.is_translation
    ):
        return
    if page.permissions_for_user(user).can_publish():
        address = reverse("wording", args=[page.pk])
        yield Button(_("State of this wording"), address, icon_name="globe", priority=61)


@hooks.register("before_edit_page", order=FIRST)
def warn_of_outdated(request: HttpRequest, page: Page) -> None:
    """In the editor of a wording whose original has changed: say so, and where to say that it still fits."""
    if request.method != "GET" or not isinstance(page, DocumentPage) or page.alias_of_id:
        return
    if not page.is_translation or not page.live or not is_outdated(page):
        return
    message = gettext("The German text has changed since this wording was made.")
    if not page.permissions_for_user(request.user).can_publish():
        messages.warning(request, message)
        return
    link = format_html(
        '<a href="{}">{}</a>', reverse("wording", args=[page.pk]), gettext("State of this wording")
    )
    messages.warning(request, format_html("{} {}", message, link))


@hooks.register("register_log_actions")
def add_actions(actions: LogActionRegistry) -> None:
    """What a page's history says."""
    done = {
        services.STILL_RIGHT: (_("Confirm wording"), _("Confirmed that the wording is still right")),
        services.CHECKED: (_("Note check"), _("Noted a check by test readers")),
        services.CHECK_WITHDRAWN: (_("Withdraw check"), _("Withdrew the check by test readers")),
    }
    for action, (label, message) in done.items():
        actions.register_action(action, label, message)
