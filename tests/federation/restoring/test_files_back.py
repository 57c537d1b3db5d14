"""Files of recovered contributions are fetched back from a peer, and believed by their digest alone."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from content.models import CaseReportPage
from federation.restoring.recovering import recover
from hub.catalogue.models import CatalogueEntry, State
from hub.catalogue.settling import settle
from hub.files.models import StoredFile
from hub.files.storage import content_storage
from tests.factories.pages import add_report

pytestmark = pytest.mark.django_db
INNER = b"Leitfaden, Seite 1"


@pytest.fixture
def lost(section, restored, keeper) -> CaseReportPage:
    """A report with a file that only the peer has kept."""
    with restored():
        held = get_document_model().objects.create(
            title="Leitfaden", file=ContentFile(INNER, "leitfaden.txt")
        )
        page = add_report(section, "Mit Datei", files=[("file", {"document": held, "title": ""})])
        settle()
        record = StoredFile.objects.get(origin="")
        keeper.keep_file(record)
    content_storage().delete(record.name)
    return page


def test_a_file_comes_back_with_its_page(lost, keeper):
    done = recover()
    assert (done.pages.published, done.pages.kept) == (1, {})
    entry = CatalogueEntry.objects.get(uuid=lost.translation_key)
    (attachment,) = entry.document.attachments
    record = StoredFile.objects.get(digest=attachment.digest, origin="")
    with content_storage().open(record.name) as file:
        assert file.read() == INNER
    settle()
    entry.refresh_from_db()
    assert (entry.state, entry.revision) == (State.LIVE, 1)


@pytest.mark.parametrize("given", [b"Leitfaden, Seite 2", b"zu viel " * 9000, None])
def test_another_file_is_not_taken_and_the_contribution_stays_readable(lost, keeper, given):
    keeper.files = {name: given for name in keeper.files if given is not None}
    done = recover()
    (reason,) = done.pages.kept.values()
    assert "leitfaden.txt" in reason
    entry = CatalogueEntry.objects.get(uuid=lost.translation_key)
    assert (entry.state, entry.recovered) == (State.LIVE, True)
    assert not CaseReportPage.objects.filter(title="Mit Datei").exists()
