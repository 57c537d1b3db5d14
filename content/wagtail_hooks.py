"""The dashboard, menu and editor of Wagtail's admin, as officers who write expect them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from content.documentation import hooks as documentation_hooks  # noqa: F401  # as below
from content.drafting.views import import_draft
from content.editorial.actions import reword, say_decided
from content.editorial.confirming import CONFIRMED
from content.editorial.conflicts import find_conflict
from content.editorial.queries import SCHEDULE_FAILED, desk_of
from content.editorial.views import confirm
from content.models import CaseReportPage
from content.publiccode import hooks as publiccode_hooks  # noqa: F401  # Wagtail looks for hooks here alone
from content.queries import confirmation_of
from content.uploading.views import one_upload, upload_file
from content.wordings import hooks as wordings_hooks  # noqa: F401  # Wagtail looks for hooks here alone
from content.writing import list_drafts, list_openings

REPLACED = ("user_objects_in_workflow_moderation", "workflow_objects_to_moderate")
"""Wagtail's panels that say less than ours, with more queries the more there is."""


class WritingPanel(Component):
    """What the person may write here, and their drafts; nothing for those who write nowhere."""

    name = "writing"
    template_name = "content/writing_panel.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """``openings`` and ``drafts`` of the person signed in."""
        user = (parent_context or {})["request"].user
        return {"openings": list_openings(user), "drafts": list_drafts(user)}


class WaitingPanel(Component):
    """What waits for whom: texts to decide about or handed in, what is scheduled, reports that are due."""

    name = "waiting"
    template_name = "content/waiting_panel.html"
    order = 60

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """``desk`` of the person signed in; ``here`` is the address the buttons lead back to."""
        request = (parent_context or {})["request"]
        return {
            "desk": desk_of(request.user, timezone.now()),
            "here": request.path,
            "request": request,
            "csrf_token": (parent_context or {}).get("csrf_token", ""),
        }


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """First on the dashboard: where to write, and what waits."""
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in REPLACED]
    panels.extend([WritingPanel(), WaitingPanel()])


@hooks.register("insert_global_admin_js")
def keep_dates_as_typed() -> str:
    """Loaded after the date picker and before its fields."""
    return format_html('<script src="{}"></script>', static("content/dates.js"))


@hooks.register("construct_page_action_menu")
def reword_actions(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Buttons under the editor."""
    reword(menu_items, request.user, context.get("page"))


@hooks.register("after_edit_page")
def say_published(request: HttpRequest, page: Page) -> None:
    """What came of an approval."""
    say_decided(request, page)


@hooks.register("register_admin_urls")
def add_addresses() -> list[URLPattern]:
    """In the admin, so that whoever needs a second factor has used it."""
    return [path("bestaetigen/<uuid:key>/", confirm, name="confirm_report")]


@hooks.register("before_edit_page")
def offer_confirmation(request: HttpRequest, page: Page) -> None:
    """In the editor of a report that is due: a button that says it still holds."""
    if request.method != "GET" or not isinstance(page, CaseReportPage) or not page.live:
        return
    day = page.confirmed_on or timezone.localdate(page.last_published_at)
    confirmation = confirmation_of(day, timezone.localdate())
    if not confirmation.announced or not page.permissions_for_user(request.user).can_publish():
        return
    text = gettext(
        "Last confirmed on {day}. Does everything still hold? Then say so, without publishing anew."
    )
    button = (
        '{} <span class="buttons"><button type="button" class="button button-small button-secondary" '
        'data-controller="w-action" data-action="w-action#post" data-w-action-url-value="{}">{}</button>'
        "</span>"
    )
    address = reverse("confirm_report", args=[page.translation_key])
    message = format_html(button, text.format(day=date_format(day)), address, gettext("Still holds"))
    messages.info(request, message)


@hooks.register("before_edit_page")
def offer_comparison(request: HttpRequest, page: Page) -> None:
    """Beside the form's words on a conflict, the way to what changed; background saving has its own."""
    is_background = "application/json" in request.headers.get("Accept", "")
    if request.method != "POST" or is_background:
        return
    if conflict := find_conflict(request.POST, page, request.user):
        button = messages.button(conflict.address, gettext("See what changed"), new_window=True)
        words = gettext("Somebody else has changed this page meanwhile.")
        messages.warning(request, words, buttons=[button])


@hooks.register("register_log_actions")
def add_log_actions(actions: LogActionRegistry) -> None:
    """What a page's history says of confirmations and of schedules that failed."""
    actions.register_action(CONFIRMED, _("Confirm"), _("Confirmed that it still holds"))

    @actions.register_action(SCHEDULE_FAILED)
    class ScheduleFailed(LogFormatter):
        label = _("Schedule failed")

        def format_message(self, log_entry: Any) -> str:
            return gettext("The scheduled step failed: %(reason)s") % {
                "reason": log_entry.data.get("reason", "")
            }


@hooks.register("construct_page_chooser_queryset")
def hide_drafts_of_others(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Links lead to what is published, or to pages of the person's own sections."""
    return pages.filter(
        Q(live=True) | Q(pk__in=page_permission_policy.explorable_instances(request.user).values("pk"))
    )


@hooks.register("construct_reports_menu")
def drop_page_types(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """That report names drafts of every body; its address is closed in :mod:`hub.urls`."""
    menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("construct_main_menu")
def rename_reports(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's reports are statistics; in this project reports are what people write."""
    for item in menu_items:
        if item.name == "reports":
            item.label = _("Evaluations")


@hooks.register("register_admin_urls")
def register_drafting() -> list[URLPattern]:
    """Making a draft of a file."""
    return [path("entwurf/", import_draft, name="import_draft")]


@hooks.register("register_admin_urls")
def register_uploading() -> list[URLPattern]:
    """Large files, piece by piece."""
    return [
        path("hochladen/", upload_file, name="upload_file"),
        path("hochladen/<uuid:key>/", one_upload, name="one_upload"),
    ]
