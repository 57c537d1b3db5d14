"""Where editors find taking over a publiccode.yml: in the admin's addresses and at a module's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from content.buttons import is_module_to_change
from content.publiccode.admin_views import take_over, take_over_into


@hooks.register("register_admin_urls")
def add_addresses() -> list[URLPattern]:
    """In the admin, so that whoever needs a second factor has used it."""
    return [
        path("publiccode/", take_over, name="take_over_publiccode"),
        path("publiccode/<int:page_id>/", take_over_into, name="take_over_publiccode_into"),
    ]


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_taking_over(
    page: Page, user: Any, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """The button at a module that is software."""
    if is_module_to_change(page, user):
        address = reverse("take_over_publiccode_into", args=[page.pk])
        yield Button(_("Take over a publiccode.yml"), address, icon_name="code", priority=62)
