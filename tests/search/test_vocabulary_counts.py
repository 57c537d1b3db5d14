"""The counts of the vocabulary are those of the records, however these came in."""

from __future__ import annotations

from collections import Counter

import pytest

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Audience, Document
from search import rebuilding
from search.analysis import analyse
from search.engines.base import Query
from search.engines.generations import live
from search.engines.postgres import PostgresEngine
from search.engines.vocabulary import words_of
from search.models import SearchRecord, VocabularyWord
from search.rebuilding import rebuild
from search.records import Names, build_record
from search.targets import EngineTarget
from tests.search.catalogue import make_document, publish, withdraw

pytestmark = pytest.mark.django_db
WORD = ("audience", "folded")
NAMES = Names()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 2)


def counts() -> dict[tuple[str, str], int]:
    """In how many documents each word stands, by audience and folded spelling: as the vocabulary has it."""
    rows = VocabularyWord.objects.filter(generation=live())
    return {(audience, word): number for audience, word, number in rows.values_list(*WORD, "documents")}


def counted_anew() -> dict[tuple[str, str], int]:
    """The same from the documents that are shown."""
    found: Counter[tuple[str, str]] = Counter()
    for entry in CatalogueEntry.objects.filter(state=State.LIVE):
        record = build_record(entry.document, source="", changed=entry.changed, names=NAMES)
        words = words_of((text, analyse(text)) for text in record.wordings)
        found.update((record.audience, word) for word in words)
    return found


def write(audience: Audience, *wordings: str) -> list[Document]:
    return [make_document(f"Bericht {n}", text, audience=audience) for n, text in enumerate(wordings)]


def test_a_build_counts_as_following_one_by_one_does_also_after_changes_and_removals() -> None:
    """Words that several documents of a batch have, compounds, and audiences that share words."""
    documents = [
        *write(Audience.PUBLIC, "Sensorik", "Sensorik im Rathaus", "Kitaplatzvergabe", "Kita und Rathaus"),
        *write(Audience.MEMBERS, "Sensorik der Kita", "Kitaplatz Kitaplatz"),
        *write(Audience.INSTANCE, "Rathaus"),
    ]
    entries = [publish(document) for document in documents]
    assert counts() == counted_anew()
    assert {audience: counts().get((audience, "sensorik")) for audience in Audience} == {
        Audience.PUBLIC: 2,
        Audience.MEMBERS: 1,
        Audience.INSTANCE: None,
    }
    target = EngineTarget(PostgresEngine())
    for _round in range(2):
        rebuild(target)
        assert counts() == counted_anew()
    publish(documents[0].model_copy(update={"audience": Audience.MEMBERS}))
    publish(documents[4].model_copy(update={"texts": documents[3].texts}))
    withdraw(entries[1])
    withdraw(entries[6])
    assert counts() == counted_anew()
    assert counts()["members", "sensorik"] == 1
    assert ("public", "sensorik") not in counts()
    after = counts()
    rebuild(target)
    assert counts() == after


def test_a_word_too_long_for_the_vocabulary_is_found_all_the_same() -> None:
    word = "ä" * 60
    publish(make_document("Eins", f"Sensorik {word}"))
    assert set(VocabularyWord.objects.values_list("folded", flat=True)) >= {"sensorik"}
    assert PostgresEngine().search(Query(word)).total == 1


def test_the_vocabulary_is_counted_once_and_of_the_answering_index_only() -> None:
    publish(make_document("Eins", "Wellensittich"))
    publish(make_document("Zwei", "Wellensittich"))
    target = EngineTarget(PostgresEngine())
    rebuild(target)
    rebuild(target)
    assert VocabularyWord.objects.get(folded="wellensittich").documents == 2
    assert set(SearchRecord.objects.values_list("generation", flat=True)) == {3}
    assert target.engine.search(Query("Wellensitich")).did_you_mean == "Wellensittich"
