"""The report on searches in Wagtail's menu. Imported by ``search.wagtail_hooks``."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from hub.accounts.roles import is_elevated
from search.admin import asked


class AskedMenuItem(MenuItem):
    """Shown to whoever may see the report."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return is_elevated(request.user)


@hooks.register("register_admin_urls")
def register_asked() -> list[URLPattern]:
    """The report and its table."""
    return [
        path("suche/gesucht/", asked.asked, name="search_asked"),
        path("suche/gesucht.csv", asked.asked_sheet, name="search_asked_sheet"),
    ]


@hooks.register("register_search_menu_item")
def register_asked_item() -> MenuItem:
    """Among the pages of the search."""
    return AskedMenuItem(_("What was sought"), reverse("search_asked"), icon_name="history", order=300)
