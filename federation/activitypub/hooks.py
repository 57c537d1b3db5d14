"""Followers and reports in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from federation.activitypub import admin


class FediverseMenuItem(MenuItem):
    """Shown to whoever has the permission."""

    def __init__(self, permission: str, label: Any, address: str, **options: Any) -> None:
        super().__init__(label, address, **options)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm(self.permission))


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """The two lists, and the button in the second."""
    return [
        path("fediverse/followers/", admin.followers, name="federation_followers"),
        path("fediverse/reports/", admin.reports, name="federation_reports"),
        path("fediverse/reports/<int:number>/", admin.settle_report, name="federation_report_settle"),
    ]


@hooks.register("register_settings_menu_item")
def register_followers() -> Any:
    """Next to the peers."""
    address = reverse("federation_followers")
    return FediverseMenuItem(
        "federation.view_follower", _("Followers"), address, icon_name="group", order=901
    )


@hooks.register("register_settings_menu_item")
def register_reports() -> Any:
    """Next to the followers."""
    address, label = reverse("federation_reports"), _("Reports from the Fediverse")
    return FediverseMenuItem("federation.view_report", label, address, icon_name="warning", order=902)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """So that groups can be given them."""
    names = ["view_follower", "view_report", "change_report"]
    return Permission.objects.filter(content_type__app_label="federation", codename__in=names)
