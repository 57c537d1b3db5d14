"""Moderation in Wagtail's menu. Imported by ``federation.wagtail_hooks``."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from federation.moderation import views


class ModerationMenuItem(MenuItem):
    """Shown to whoever may moderate."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm(views.PERMISSION))


@hooks.register("register_admin_urls")
def register_moderation() -> list[URLPattern]:
    """The queue, one page for each item, and the log."""
    return [
        path("moderation/", views.queue, name="moderation"),
        path("moderation/protokoll/", views.acts, name="moderation_acts"),
        path("moderation/protokoll.csv", views.acts_sheet, name="moderation_acts_sheet"),
        path("moderation/instanz/<slug:slug>/", views.review_first, name="moderation_review_first"),
        path("moderation/<slug:source>/<uuid:key>/", views.item, name="moderation_item"),
        path("moderation/<slug:source>/<uuid:key>/vorschau/", views.preview, name="moderation_preview"),
    ]


@hooks.register("register_admin_menu_item")
def register_moderation_menu() -> MenuItem:
    """In the main menu, since those who coordinate see no settings."""
    return ModerationMenuItem(_("Moderation"), reverse("moderation"), icon_name="view", order=850)


@hooks.register("register_permissions")
def register_moderation_permission() -> QuerySet[Permission]:
    """So that groups can be given it."""
    return Permission.objects.filter(content_type__app_label="catalogue", codename="add_moderationact")
