"""Modules had one version and its day; they become the first of their releases."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import migrations
from wagtail.blocks import StreamValue


def first_release(version: str | None, released: str | None) -> list[dict[str, Any]]:
    """The stored form of releases with that one version; none without one.

    ``released`` is an ISO day. Its files stay with the page: which of them belong to it is not known.
    """
    if not (version or "").strip():
        return []
    value = {"version": version.strip(), "released": released, "notes": "", "files": []}
    return [{"type": "release", "value": value, "id": str(uuid.uuid4())}]


def move_in_revision(content: dict[str, Any]) -> bool:
    """Change the serialised page of a revision in place; False if nothing of it was old."""
    if "version" not in content and "released" not in content:
        return False
    releases = first_release(content.pop("version", ""), content.pop("released", None))
    if releases and json.loads(content.get("releases") or "[]") == []:
        content["releases"] = json.dumps(releases)
    return True


def move_versions(apps: Any, schema_editor: Any) -> None:
    """Rows and revisions. Releases that are there already stay as they are."""
    pages = apps.get_model("content", "ModulePage")
    for page in pages.objects.exclude(version="").iterator():
        if not page.releases:
            day = page.released.isoformat() if page.released else None
            raw = first_release(page.version, day)
            page.releases = StreamValue(page.releases.stream_block, raw, is_lazy=True)
            page.save(update_fields=["releases"])
    revisions = apps.get_model("wagtailcore", "Revision").objects.filter(
        content_type__app_label="content", content_type__model="modulepage"
    )
    for revision in revisions.iterator():
        if move_in_revision(revision.content):
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0004_dataset_period"),
    ]

    operations = [migrations.RunPython(move_versions, migrations.RunPython.noop)]
