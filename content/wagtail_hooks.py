"""The dashboard and menu of Wagtail's admin, as officers who write expect them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from content.writing import list_drafts, list_openings


class WritingPanel(Component):
    """What the person may write here, and their drafts; nothing for those who write nowhere."""

    name = "writing"
    template_name = "content/writing_panel.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """``openings`` and ``drafts`` of the person signed in."""
        user = (parent_context or {})["request"].user
        return {"openings": list_openings(user), "drafts": list_drafts(user)}


@hooks.register("construct_homepage_panels")
def add_writing_panel(request: HttpRequest, panels: list[Component]) -> None:
    """First on the dashboard."""
    panels.append(WritingPanel())


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
