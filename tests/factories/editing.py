"""Working in Wagtail's editor as a browser does, for tests."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from hub.accounts.models import User
from tests.permissions.forms import page_form


def browser_of(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client(headers={"accept-language": "de"})
    client.force_login(user)
    return client


def edit_address(page: Page) -> str:
    """Where the page is edited."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def open_form(page: Page, user: User) -> dict[str, Any]:
    """What the browser of ``user`` would send for the newest version, unchanged."""
    newest = page.specific_class.objects.get(pk=page.pk).get_latest_revision_as_object()
    revision = newest.latest_revision
    opened = {
        "loaded_revision_id": revision.pk,
        "loaded_revision_created_at": revision.created_at.isoformat(),
    }
    return page_form(newest, user) | {key: str(value) for key, value in opened.items()}


def save(user: User, page: Page, **data: Any) -> Any:
    """Open the editor, change these fields or press that button, send it; the response."""
    return browser_of(user).post(edit_address(page), open_form(page, user) | data)


def newest(page: Page) -> Any:
    """The page as its newest version has it."""
    return page.specific_class.objects.get(pk=page.pk).get_latest_revision_as_object()
