"""What is shown of uploads: the page to begin one, and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from content.uploading.models import Upload
from content.uploading.queries import collections_of, offset_of, unfinished
from content.uploading.services import MEGABYTE, say_most
from hub.env import env
from hub.files.names import digest_of


def show_page(
    request: HttpRequest, error: str = "", status: int = 200, *, with_form: bool = True
) -> HttpResponse:
    """The page to begin an upload; ``with_form`` says whether the form that was sent may be read."""
    chosen = request.POST.get("collection", "") if with_form and request.method == "POST" else ""
    context = _frame() | {
        "error": error,
        "collections": collections_of(request.user),  # type: ignore[arg-type]  # signed in
        "chosen": chosen or request.GET.get("collection", ""),
        "most": say_most(),
        "most_bytes": env.upload_max_mb * MEGABYTE,
        "unfinished": [
            (upload, offset_of(upload))
            for upload in unfinished(request.user)  # type: ignore[arg-type]  # signed in
        ],
        "texts": _texts(),
    }
    return render(request, "content/uploading/page.html", context, status=status)


def show_upload(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Where one upload stands; of a whole file its checksum."""
    digest = digest_of(upload.document.file.name) if upload.document else None
    context = _frame() | {
        "upload": upload,
        "received": offset_of(upload),
        "checksum": (digest or "").removeprefix("sha256:"),
        "was_checked": bool(upload.checksum),
    }
    return render(request, "content/uploading/upload.html", context)


def _frame() -> dict[str, Any]:
    title = _("Upload a large file")
    return {
        "header_icon": "upload",
        "header_title": title,
        "page_title": title,
        "action_url": reverse("upload_file"),
        "breadcrumbs_items": [],
    }


def _texts() -> dict[str, str]:
    """The sentences of the script."""
    return {
        "progress": _("%(percent)s per cent: %(done)s of %(all)s MB"),
        "hashing": _("The checksum of your file is being worked out …"),
        "resuming": _("Goes on where it was interrupted."),
        "paused": _("Paused. What has arrived is kept for seven days."),
        "pause": _("Pause"),
        "resume": _("Go on"),
        "checking": _("Everything has arrived and is being checked …"),
        "cancelled": _("Cancelled. What had arrived is deleted."),
        "offline": _("The connection is interrupted. It is tried again by itself …"),
        "failed": _("The server cannot be reached. What has arrived is kept: press “Go on” later."),
        "signed_out": _(
            "You are signed out. Sign in, load this page again and choose the same file: it goes on where "
            "it stopped."
        ),
        "too_large": _("The file is too large: up to %(most)s can be uploaded."),
        "empty": _("The file is empty. Choose the right one."),
        "none": _("Choose a file."),
    }
