"""Words and synonyms of an instance: taken over by every process as soon as they are saved."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from search import language, spelling
from search.analysis import terms_of
from search.engines import choosing
from search.engines.base import Engine, Query
from search.explaining import explain
from search.models import LanguageVersion, LexiconWord, SynonymGroup
from search.records import SHAPE
from tests.search.asking import titles
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test takes over is gone after it, as its tables are."""
    monkeypatch.setattr(language, "_standing", None)


def test_without_additions_the_words_are_those_of_the_package_and_cost_one_query(
    django_assert_num_queries,
) -> None:
    before = language.current()
    with django_assert_num_queries(1):
        assert language.refresh() is before is language.current()
    assert before.version == 0


def test_a_change_is_taken_over_once_and_then_costs_one_query_again(django_assert_num_queries) -> None:
    LexiconWord.objects.create(word="Schlumpf")
    with django_assert_num_queries(3):
        taken = language.refresh()
    assert taken.version == LanguageVersion.objects.get().value == 1
    with django_assert_num_queries(1):
        assert language.refresh() is taken


def test_a_change_that_is_rolled_back_never_counts() -> None:
    with transaction.atomic():
        LexiconWord.objects.create(word="Schlumpf")
        transaction.set_rollback(True)
    assert language.refresh().version == 0


def test_a_restored_database_that_counts_the_same_numbers_is_read_again() -> None:
    LexiconWord.objects.create(word="Schlumpf")
    language.refresh()
    LexiconWord.objects.filter(word="Schlumpf").update(word="Zwergl")
    LanguageVersion.objects.update(changed=timezone.now() - dt.timedelta(days=3))
    assert "zwergl" in language.refresh().lexicon.words


def test_words_make_compounds_and_given_parts_win_over_the_rule() -> None:
    assert "zwergl" not in terms_of("Zwerglhaus")
    LexiconWord.objects.create(word="Zwergl")
    LexiconWord.objects.create(word="Ratskellerei", parts="Ratskeller|ei")
    language.refresh()
    assert terms_of("Zwerglhäuser") >= {"zwergl", "haus"}
    assert terms_of("Ratskellereien") >= {"ratskell", "ei"}
    assert terms_of("Zwerglratskellerei") >= {"zwergl", "ratskell"}


def test_a_word_without_parts_is_left_whole() -> None:
    assert "bad" in terms_of("Schwimmbad")
    LexiconWord.objects.create(word="Schwimmbad")
    language.refresh()
    assert "bad" not in terms_of("Schwimmbad")


def test_a_deleted_word_is_forgotten() -> None:
    word = LexiconWord.objects.create(word="Zwergl")
    language.refresh()
    word.delete()
    assert language.refresh().version == 2
    assert "zwergl" not in language.current().lexicon.words


def test_synonyms_count_at_once_whichever_engine_there_is(engine: Engine) -> None:
    """What an engine can only do once it is built again the other one does meanwhile."""
    publish(make_document("Das mobile Bürgerbüro", "Es kommt ins Dorf."))
    query = Query("Rollzwergl")
    assert choosing.search(query).total == 0
    SynonymGroup.objects.create(spellings="Rollzwergl\nmobiles Bürgerbüro")
    language.refresh()
    assert titles(choosing.search(query)) == ["Das mobile Bürgerbüro"]


def test_saving_has_the_indexes_built_again_after_the_commit(django_capture_on_commit_callbacks) -> None:
    jobs = ProcrastinateJob.objects.filter(task_name="search.rebuild")
    with django_capture_on_commit_callbacks(execute=True):
        LexiconWord.objects.create(word="Zwergl")
        assert not jobs.exists()
    assert jobs.count() == 1


def test_it_is_explained_how_a_query_is_read() -> None:
    SynonymGroup.objects.create(spellings="Zwerglmobil\nmobiles Bürgerbüro")
    language.refresh()
    told = explain("die Kitaplatzvergabe nach § 24 im Zwerglmobil")
    kita, section, mobile = told.readings
    assert (kita.term, kita.parts) == ("kitaplatzvergab", ("kita", "platz", "vergab"))
    assert (section.word, section.exact) == ("§24", True)
    assert mobile.synonyms == ("mobiles Bürgerbüro",)
    assert told.passed_over == ("die", "nach", "im")


def test_other_lists_of_words_give_the_index_another_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    number = SHAPE % 100
    assert spelling.shape_with_lists(number) == SHAPE
    assert spelling.shape_with_lists(number + 1) == SHAPE + 1
    monkeypatch.setattr(spelling, "LISTS", ("lexicon.txt",))
    assert spelling.shape_with_lists(number) != SHAPE
