"""After an upgrade nothing is published anew by itself: only what somebody changes, or what is reissued."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.catalogue import settling
from hub.catalogue.models import CatalogueEntry, Change, Mark
from hub.catalogue.reissuing import outdated_documents, reissue
from hub.documents import SCHEMA, canonical, digest_of
from tests.factories.pages import add_report, add_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(db: None) -> Any:
    page = add_report(add_section(), "Parksensoren")
    settling.settle()
    return page


def entry_of(page: Any) -> CatalogueEntry:
    return CatalogueEntry.objects.get(uuid=page.translation_key)


def publish_by(page: Any, version: str, **changes: Any) -> CatalogueEntry:
    """What is published was built by another version, with these values in its case; None: no such field."""
    entry = entry_of(page)
    fields = {**json.loads(entry.body), "schema_version": version}
    fields["case"] = {
        name: value for name, value in {**fields["case"], **changes}.items() if value is not None
    }
    body = canonical(fields)
    entry.body, entry.digest = body.decode(), digest_of(body, entry.salt)
    entry.save()
    return entry


OLDER: dict[str, dict[str, Any]] = {"version alone": {}, "a field less": {"works_council": None}}


@pytest.mark.parametrize("case", OLDER)
@pytest.mark.parametrize("version", ["wissenshub/1.0", "wissenshub/1.99"])
def test_another_version_alone_raises_no_revision(report, case, version):
    before = publish_by(report, version, **OLDER[case])
    count = Change.objects.count()
    assert settling.reconcile().mended == ()
    report.save_revision().publish()
    settling.settle()
    after = entry_of(report)
    assert (after.revision, after.body, after.position) == (1, before.body, before.position)
    assert Change.objects.count() == count


def test_a_field_its_version_did_not_have_waits_for_the_editor(report):
    report.works_council = "Der Personalrat hat zugestimmt."
    report.save_revision().publish()
    settling.settle()
    publish_by(report, "wissenshub/1.0", works_council=None)
    revision = entry_of(report).revision
    assert settling.reconcile().mended == ()
    assert entry_of(report).revision == revision
    report.save_revision().publish()
    settling.settle()
    assert entry_of(report).revision == revision + 1
    assert "Personalrat" in entry_of(report).body


@pytest.mark.parametrize("version", ["wissenshub/1.0", SCHEMA])
def test_what_differs_is_mended_whatever_its_version(report, version):
    publish_by(report, version, evidence="erfunden")
    assert settling.reconcile().mended == (entry_of(report).object_id,)
    assert "erfunden" not in entry_of(report).body
    assert entry_of(report).revision == 2


def test_a_shorter_list_of_an_older_version_is_mended(report):
    entry = publish_by(report, "wissenshub/1.0")
    fields = json.loads(entry.body)
    fields["topics"] = []
    CatalogueEntry.objects.filter(pk=entry.pk).update(body=canonical(fields).decode())
    assert len(settling.reconcile().mended) == 1


def test_reconciling_leaves_no_marks_and_a_failing_builder_leaves_one(report, monkeypatch):
    settling.reconcile()
    assert not Mark.objects.exists()
    monkeypatch.setattr(settling, "build_document", lambda page: 1 / 0)
    settling.reconcile()
    mark = Mark.objects.filter(key=report.translation_key).get()
    assert "ZeroDivisionError" in mark.error
    assert mark.not_before is not None


def test_reissuing_raises_what_is_older_and_nothing_else(report, monkeypatch):
    other = add_report(report.get_parent(), "Ladesäulen")
    newer = add_report(report.get_parent(), "Neuer")
    settling.settle()
    publish_by(report, "wissenshub/1.0", works_council=None)
    publish_by(newer, "wissenshub/1.99")
    assert outdated_documents() == [report.translation_key]
    slept: list[float] = []
    monkeypatch.setattr("hub.catalogue.management.commands.reissue_documents.time.sleep", slept.append)
    out = io.StringIO()
    call_command("reissue_documents", stdout=out)
    assert out.getvalue().splitlines() == [
        f"1/1 {report.translation_key}",
        "1 documents of an older schema, 1 published anew",
    ]
    assert (entry_of(report).revision, entry_of(other).revision, entry_of(newer).revision) == (2, 1, 1)
    assert f'"schema_version":"{SCHEMA}"' in entry_of(report).body
    assert outdated_documents() == []
    assert slept == []
    assert reissue(other.translation_key) is False


def test_reissuing_is_throttled(report, monkeypatch):
    other = add_report(report.get_parent(), "Ladesäulen")
    settling.settle()
    for page in (report, other):
        publish_by(page, "wissenshub/1.0")
    slept: list[float] = []
    monkeypatch.setattr("hub.catalogue.management.commands.reissue_documents.time.sleep", slept.append)
    call_command("reissue_documents", "--per-minute", "30", stdout=io.StringIO())
    assert slept == [2.0]
    with pytest.raises(CommandError):
        call_command("reissue_documents", "--per-minute", "0")
