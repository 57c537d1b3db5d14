"""The search in Wagtail's admin: one menu, to which each of its pages adds an item."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from search.admin import (
    answered_hooks,  # noqa: F401  # as below
    asked_hooks,  # noqa: F401  # Wagtail looks for hooks here alone
    indexes,
    words_hooks,  # noqa: F401  # as above
)

search_menu = Menu(
    register_hook_name="register_search_menu_item", construct_hook_name="construct_search_menu"
)


class IndexMenuItem(MenuItem):
    """Shown to whoever may see how the index stands."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm(indexes.PERMISSION))


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """How the index stands."""
    return [
        path("suche/", indexes.indexes, name="search_indexes"),
        path("suche/neu-aufbauen/<slug:name>/", indexes.rebuild, name="search_rebuild"),
    ]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """In the main menu, since those who coordinate see no settings."""
    return SubmenuMenuItem(_("Site search"), search_menu, icon_name="search", order=860)


@hooks.register("register_search_menu_item")
def register_index_item() -> MenuItem:
    """The first of the search's pages."""
    return IndexMenuItem(_("Search index"), reverse("search_indexes"), icon_name="order", order=100)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """So that groups can be given it."""
    return Permission.objects.filter(content_type__app_label="search", codename="change_searchindex")
