"""An erasure reaches every copy: entry, search, answers, quarantine and what was noted down of it."""

from __future__ import annotations

import pytest

from federation.models import Quarantined
from federation.peers import approve
from federation.restoring.recovering import recover
from hub.catalogue import consumers
from hub.catalogue.erasing import erase
from hub.catalogue.models import CatalogueEntry, Change, ModerationAct, Overlay, State
from hub.catalogue.settling import settle
from hub.documents import Block, Section, Text
from hub.env import env
from search.answers.models import Passage
from search.models import SearchRecord
from tests.catalogue.test_erasing import everywhere
from tests.factories.pages import add_report
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db
WORD = "Quittenmarmelade"


@pytest.fixture
def koblenz() -> ForeignHub:
    hub = ForeignHub()
    approve(hub.identity())
    return hub


def words() -> dict[str, Text]:
    blocks = (Block(anchor="b", html=f"<p>{WORD} einkochen</p>", text=f"{WORD} einkochen"),)
    sections = (Section(anchor="s", heading=WORD, blocks=blocks),)
    return {"de": Text(title=WORD, summary=WORD, sections=sections)}


def test_a_receiver_keeps_no_word_of_it(client, koblenz):
    document = koblenz.document(texts=words())
    koblenz.push(client, koblenz.publish(document))
    CatalogueEntry.objects.update(overlay=Overlay.HIDDEN)
    CatalogueEntry.objects.update(overlay="", label=f"Achtung {WORD}")
    ModerationAct.objects.create(object_id=document.id, title=WORD, revision=1, action="hide")
    consumers.run_consumers()
    assert SearchRecord.objects.filter(object_id=document.id).exists()
    assert Passage.objects.filter(object_id=document.id).exists()
    koblenz.push(client, koblenz.erase(document.id, 2))
    consumers.run_consumers()
    assert everywhere(WORD) == []
    assert CatalogueEntry.objects.get(object_id=document.id).state == State.ERASED
    assert [change.hash for change in Change.objects.order_by("seq")][-1] == koblenz.head_hash


def test_what_lay_in_quarantine_goes_as_well(client, koblenz):
    document = koblenz.document(texts=words(), publishers=("07211000",))
    koblenz.push(client, koblenz.publish(document))
    assert WORD in Quarantined.objects.get().body
    koblenz.push(client, koblenz.erase(document.id, 2))
    assert not Quarantined.objects.exists()
    assert everywhere(WORD) == []


def test_an_erasure_after_the_backup_is_done_again(section, restored):
    page = add_report(section, WORD)
    settle()
    with restored():
        erase(f"{env.origin}/id/{page.translation_key}")
    assert WORD in CatalogueEntry.objects.get(uuid=page.translation_key).title
    done = recover()
    assert (done.count, done.pages.erased) == (1, 1)
    consumers.run_consumers()
    assert everywhere(WORD) == []
    settle()
    assert CatalogueEntry.objects.get(uuid=page.translation_key).state == State.ERASED
    assert Change.objects.count() == 3
