"""The migration of module versions, run on a database as it was before."""

from __future__ import annotations

import datetime as dt
import importlib
import json

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from content.blocks import ReleasesBlock
from content.models import ModulePage
from tests.factories.pages import add_module, add_section

migration = importlib.import_module("content.migrations.0005_first_releases")
BEFORE = [("content", "0004_dataset_period")]
AFTER = [("content", "0006_module_version_removed")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_versions_of_rows_and_revisions_become_their_first_release():
    section = add_section()
    pages = [add_module(section, title) for title in ("Mit Tag", "Ohne Tag", "Ohne Version")]
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        before = migrate(BEFORE)
        old, revisions = (
            before.get_model("content", "ModulePage"),
            before.get_model("wagtailcore", "Revision"),
        )
        facts = [("1.2.0", dt.date(2026, 4, 15)), ("2.0", None), ("", None)]
        for page, (version, released) in zip(pages, facts, strict=True):
            old.objects.filter(pk=page.pk).update(version=version, released=released)
            revision = revisions.objects.get(object_id=str(page.pk))
            day = released.isoformat() if released else None
            revision.content |= {"version": version, "released": day, "releases": "[]"}
            revision.save()
        migrate(AFTER)
    finally:
        migrate(leaves)
    assert [
        [
            (child.value["version"], child.value["released"])
            for child in ModulePage.objects.get(pk=page.pk).releases
        ]
        for page in pages
    ] == [[("1.2.0", dt.date(2026, 4, 15))], [("2.0", None)], []]
    for page, (version, _released) in zip(pages, facts, strict=True):
        draft = ModulePage.objects.get(pk=page.pk).get_latest_revision_as_object()
        assert [child.value["version"] for child in draft.releases] == ([version] if version else [])
        content = ModulePage.objects.get(pk=page.pk).latest_revision.content
        assert not {"version", "released"} & set(content)


def test_a_version_of_old_becomes_the_first_release_of_rows():
    """The migration's function on a page as it was: with the two columns and without releases."""
    raw = migration.first_release(" 1.2.0 ", "2026-04-15")
    (item,) = ReleasesBlock().to_python(raw)
    assert dict(item.value) | {"files": list(item.value["files"])} == {
        "version": "1.2.0",
        "released": dt.date(2026, 4, 15),
        "notes": "",
        "files": [],
        "parts_list": None,
    }
    assert migration.first_release("", "2026-04-15") == []
    assert migration.first_release(None, None) == []


@pytest.mark.parametrize(
    ("content", "changed", "releases"),
    [
        ({"version": "", "released": None, "releases": "[]"}, True, []),
        ({"version": "1", "released": None, "releases": json.dumps([{"id": "a"}])}, True, [{"id": "a"}]),
        ({"releases": "[]"}, False, []),
        ({"title": "x"}, False, None),
    ],
)
def test_revisions_without_a_version_or_with_releases_keep_what_they_have(content, changed, releases):
    assert migration.move_in_revision(content) is changed
    assert ("releases" in content) is (releases is not None)
    assert releases is None or json.loads(content["releases"]) == releases
    assert not {"version", "released"} & set(content)
