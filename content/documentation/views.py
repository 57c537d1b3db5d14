"""Taking documentation over in the admin: hand in, look at the report, approve."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from content.documentation.forms import DocumentationForm
from content.documentation.gathering import MARKDOWN
from content.documentation.packing import pack_files
from content.documentation.pictures import ENDINGS
from content.documentation.services import preview, remove_documentation, take_over
from content.documentation.waiting import Waiting, find_waiting, put_aside
from content.models import ModulePage
from hub.errors import UnreadableUpload
from hub.files.archive_entries import is_full, no_room

SINGLE = frozenset({*MARKDOWN, *ENDINGS})
"""Endings of files that are handed in one by one; anything else must be an archive."""

PACKED_NAME = "dokumentation.zip"


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, page_id: int) -> HttpResponse:
    """What documentation there is, and the form for the next one."""
    page = _page_of(request, page_id)
    if request.method == "POST" and request.POST.get("action") == "remove":
        return _remove(request, page)
    form = DocumentationForm(request.POST or None, request.FILES or None, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            with _room_needed():
                waiting = _receive(request, page, form)
        except UnreadableUpload as error:
            form.add_error("upload", str(error))
        else:
            return redirect("documentation_report", page.pk, waiting.key)
    return _show_form(request, page, form, 422 if form.errors else 200)


def _show_form(request: HttpRequest, page: ModulePage, form: DocumentationForm, status: int) -> HttpResponse:
    kept = page.get_latest_revision_as_object().documentation
    context = {
        "form": form,
        "page": page,
        "kept": kept,
        "chapters": len(kept.get("chapters", ())),
        "imported": parse_date(kept.get("imported", "")),
        **_frame(page, gettext("Take over documentation")),
    }
    return render(request, "content/documentation/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, page_id: int, key: uuid.UUID) -> HttpResponse:
    """What was found in the files; approving it saves a draft."""
    page = _page_of(request, page_id)
    waiting = find_waiting(key, page.pk, cast(int, request.user.pk))
    if waiting is None:
        return _gone(request, page)
    if request.method == "POST" and request.POST.get("action") == "discard":
        waiting.drop()
        messages.success(request, gettext("Nothing was taken over; the upload is deleted."))
        return redirect("documentation", page.pk)
    try:
        if request.method == "POST":
            with _room_needed():
                return _approve(request, page, waiting)
        with waiting.opened() as file:
            reading = preview(file, waiting.name)
    except UnreadableUpload as error:
        messages.error(request, str(error))
        form = DocumentationForm(initial=asdict(waiting.release), page=page)
        return _show_form(request, page, form, 422)
    except FileNotFoundError:  # it was taken over or swept since
        return _gone(request, page)
    context = {
        "page": page,
        "waiting": waiting,
        "reading": reading,
        "found": _count(reading.chapters, reading.attachments),
        "parts": _parts(reading),
        **_frame(page, gettext("Look through the documentation")),
    }
    return render(request, "content/documentation/report.html", context)


@contextmanager
def _room_needed() -> Iterator[None]:
    """Raise :class:`UnreadableUpload`, which says so, where the disk is full."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise no_room() from error
        raise


def _gone(request: HttpRequest, page: ModulePage) -> HttpResponse:
    messages.warning(request, gettext("This upload is no longer here. Please upload the files again."))
    return redirect("documentation", page.pk)


def _receive(request: HttpRequest, page: ModulePage, form: DocumentationForm) -> Waiting:
    """Put the upload aside once it has been read without error."""
    files: list[UploadedFile[Any]] = form.cleaned_data["upload"]
    user = cast(int, request.user.pk)
    if all(PurePosixPath(file.name or "").suffix.lower() in SINGLE for file in files):
        with tempfile.TemporaryFile() as packed:
            pack_files(((file.name or "", cast(BinaryIO, file)) for file in files), cast(BinaryIO, packed))
            preview(cast(BinaryIO, packed), PACKED_NAME)
            return put_aside(cast(BinaryIO, packed), PACKED_NAME, page.pk, user, form.release())
    if len(files) > 1:
        raise UnreadableUpload(
            gettext(
                "Choose either one archive, or Markdown files with their pictures (PNG, JPG, WebP, GIF, SVG)."
            )
        )
    archive = cast(BinaryIO, files[0])
    name = files[0].name or ""
    preview(archive, name)
    return put_aside(archive, name, page.pk, user, form.release())


def _approve(request: HttpRequest, page: ModulePage, waiting: Waiting) -> HttpResponse:
    with waiting.opened() as file:
        take_over(page, request.user, file, waiting.name, waiting.release)
    waiting.drop()
    messages.success(
        request,
        gettext(
            "The documentation of version %(version)s stands in the draft. Nobody else sees it until it "
            "is published."
        )
        % {"version": waiting.release.version},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def _remove(request: HttpRequest, page: ModulePage) -> HttpResponse:
    if not request.POST.get("sure"):
        messages.error(request, gettext("Nothing was removed: tick that you want to, then press again."))
        return redirect("documentation", page.pk)
    remove_documentation(page, request.user)
    messages.success(
        request,
        gettext(
            "The documentation is removed from the draft. It disappears from the site once that is published."
        ),
    )
    return redirect("documentation", page.pk)


def _page_of(request: HttpRequest, page_id: int) -> ModulePage:
    """The module that this person may change. Documentation is kept with the wording that came first."""
    page = get_object_or_404(ModulePage, pk=page_id)
    if page.is_translation or page.alias_of_id:
        raise Http404
    permissions = page.permissions_for_user(request.user)
    if not permissions.can_edit() or permissions.page_locked():
        raise PermissionDenied
    return page


def _frame(page: ModulePage, title: str) -> dict[str, Any]:
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "doc-full",
        "action_url": reverse("documentation", args=[page.pk]),
        "breadcrumbs_items": [
            {
                "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
                "label": page.get_admin_display_title(),
            }
        ],
    }


def _count(chapters: list[dict[str, Any]], attachments: list[dict[str, Any]]) -> dict[str, int]:
    sections = sum(len(chapter["sections"]) - 1 for chapter in chapters)
    pictures = sum(1 for each in attachments if each["role"] == "picture")
    return {
        "chapters": len(chapters),
        "sections": sections,
        "pictures": pictures,
        "files": len(attachments) - pictures,
    }


def _parts(reading: Any) -> list[dict[str, Any]]:
    """The report by sort, what has to be done first."""
    said = reading.report
    titles = {
        "broken": gettext("To be mended by you"),
        "skipped": gettext("Left out"),
        "mended": gettext("Mended by itself"),
    }
    return [
        {
            "sort": sort,
            "title": title,
            "count": said.counts[sort],
            "notes": said.notes[sort],
            "rest": said.left_over(sort),
        }
        for sort, title in titles.items()
        if said.counts[sort]
    ]
