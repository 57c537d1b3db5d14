"""The report on answers in Wagtail's menu. Imported by ``search.wagtail_hooks``."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.admin import answered, indexes


class AnsweredMenuItem(MenuItem):
    """Shown to whoever may see the report."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm(indexes.PERMISSION))


@hooks.register("register_admin_urls")
def register_answered() -> list[URLPattern]:
    """The report and its table."""
    return [
        path("suche/antworten/", answered.answered, name="search_answered"),
        path("suche/antworten.csv", answered.answered_sheet, name="search_answered_sheet"),
    ]


@hooks.register("register_search_menu_item")
def register_answered_item() -> MenuItem:
    """Among the pages of the search."""
    label = _("Questions and answers")
    return AnsweredMenuItem(label, reverse("search_answered"), icon_name="help", order=400)
