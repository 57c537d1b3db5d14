"""Other instances in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from federation.activitypub import hooks as fediverse_hooks  # noqa: F401  # as below
from federation.admin import actions, handing, joining, listing, own, peer
from federation.moderation import hooks as moderation_hooks  # noqa: F401  # Wagtail looks for hooks here alone
from federation.restoring import admin_views as restoring


class PeersMenuItem(MenuItem):
    """Shown to whoever may see the peers."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm("federation.view_peer"))


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """The list, this instance, proposals, and the pages of each peer.

    What stands beside ``<slug>`` is reserved by :mod:`federation.short_names`.
    """
    return [
        path("peers/", listing.peers, name="federation_peers"),
        path("peers/new/", joining.new, name="federation_new"),
        path("peers/self/", own.own, name="federation_self"),
        path("peers/self/<slug:action>/", own.act, name="federation_self_action"),
        path("peers/proposals/<int:pk>/", joining.proposal, name="federation_proposal"),
        path("peers/proposals/<int:pk>/approve/", joining.approve, name="federation_proposal_approve"),
        path("peers/proposals/<int:pk>/refresh/", joining.refresh, name="federation_proposal_refresh"),
        path("peers/proposals/<int:pk>/reject/", joining.reject, name="federation_proposal_reject"),
        path("peers/recovered/", restoring.recovered, name="federation_recovered"),
        path("peers/recovered/<uuid:key>/", restoring.withdraw, name="federation_recovered_withdraw"),
        path("peers/<slug:slug>/", peer.peer, name="federation_peer"),
        path("peers/<slug:slug>/settings/", peer.settings, name="federation_peer_settings"),
        path("peers/<slug:slug>/bodies/", peer.bodies, name="federation_peer_bodies"),
        path("peers/<slug:slug>/quarantine/", peer.retry, name="federation_peer_retry"),
        path("peers/<slug:slug>/files/", peer.retry_file, name="federation_peer_files"),
        path("peers/<slug:slug>/key/", peer.replace_key, name="federation_peer_key"),
        path("peers/<slug:slug>/handover/", handing.give, name="federation_peer_handover"),
        path("peers/<slug:slug>/handover/<int:pk>/", handing.take, name="federation_peer_take"),
        path("peers/<slug:slug>/<slug:action>/", actions.act, name="federation_peer_action"),
    ]


@hooks.register("register_settings_menu_item")
def register_menu_item() -> Any:
    """Under settings."""
    return PeersMenuItem(_("Other hubs"), reverse("federation_peers"), icon_name="globe", order=900)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """So that groups can be given them."""
    return Permission.objects.filter(
        content_type__app_label="federation", codename__in=["view_peer", "change_peer"]
    )
