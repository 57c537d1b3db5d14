"""The peers in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from federation import admin_views


class PeersMenuItem(MenuItem):
    """Shown to whoever may see the peers."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm("federation.view_peer"))


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """The list, and the buttons in it."""
    return [
        path("peers/", admin_views.peers, name="federation_peers"),
        path("peers/<slug:slug>/", admin_views.change_state, name="federation_peer_state"),
    ]


@hooks.register("register_settings_menu_item")
def register_menu_item() -> Any:
    """Under settings."""
    return PeersMenuItem(_("Peers"), reverse("federation_peers"), icon_name="globe", order=900)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """So that groups can be given them."""
    return Permission.objects.filter(
        content_type__app_label="federation", codename__in=["view_peer", "change_peer"]
    )
