"""The log of answers: what it holds, what it does not, and for how long."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from search.answers import log
from search.answers.models import AnswerLog
from search.answers.service import answer_question
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

QUESTION = "Wie lange wartete eine Familie?"


@pytest.fixture
def entry() -> CatalogueEntry:
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle an Kreuzungen."))
    return publish(make_document("Kitaplätze", "Im Median wartete eine Familie 71 Tage."))


def ask(viewer: Viewer = Viewer.anonymous()) -> str:  # noqa: B008 - frozen
    return log.note(answer_question(QUESTION, viewer), viewer, channel=log.PAGE, seconds=0.25)


def test_a_row_says_what_was_answered_from_what_and_not_who_asked(entry: CatalogueEntry) -> None:
    row = AnswerLog.objects.get(key=ask())
    assert (row.role, row.channel, row.verdict, row.milliseconds) == ("guest", "page", "verbatim", 250)
    assert row.passages[0].startswith(f"{entry.object_id}@{entry.revision}#")
    assert row.position == entry.position
    assert row.embedder.startswith("hash-")
    assert (row.text, row.model, row.outcome, row.helpful) == ("", "", "", None)
    named = {field.name for field in AnswerLog._meta.get_fields()}
    assert not named & {"user", "session", "address", "ip", "agent", "subject"}


def test_members_and_those_of_this_instance_are_members() -> None:
    for viewer in (Viewer.member(), Viewer.local()):
        assert AnswerLog.objects.get(key=ask(viewer)).role == "member"


def test_the_question_is_kept_only_where_that_is_wanted() -> None:
    key = ask()
    log.rate(key, helpful=True)
    assert AnswerLog.objects.get(key=key).text == ""
    log.rate(key, helpful=True, text=QUESTION)
    assert AnswerLog.objects.get(key=key).text == QUESTION


def test_what_a_model_made_of_it_is_added() -> None:
    key = ask()
    log.finish(key, model="m", outcome="complete", seconds=1.5, prompt_tokens=900, completion_tokens=80)
    row = AnswerLog.objects.get(key=key)
    assert (row.model, row.outcome, row.milliseconds) == ("m", "complete", 1500)
    assert (row.prompt_tokens, row.completion_tokens) == (900, 80)


def test_an_answer_is_rated_for_a_day_and_the_last_word_counts() -> None:
    key = ask()
    assert log.rate(key, helpful=True)
    assert log.rate(key, helpful=False)
    assert AnswerLog.objects.get(key=key).helpful is False
    AnswerLog.objects.update(at=timezone.now() - log.RATED_WITHIN - dt.timedelta(minutes=1))
    assert not log.rate(key, helpful=True)
    assert AnswerLog.objects.get(key=key).helpful is False


@pytest.mark.parametrize("key", ["", "x", "0f8fad5b-d9cb-469f-a165-70867728950e", "' OR 1=1 --"])
def test_what_is_no_answer_is_not_rated(key: str) -> None:
    ask()
    assert not log.rate(key, helpful=True)
    assert AnswerLog.objects.filter(helpful=None).count() == 1


def test_texts_go_first_and_rows_later() -> None:
    now = timezone.now()
    minute = dt.timedelta(minutes=1)
    ages = [log.TEXT_KEPT - minute, log.TEXT_KEPT + minute, log.KEPT - minute, log.KEPT + minute]
    keys = [ask() for _age in ages]
    for key, age in zip(keys, ages, strict=True):
        log.rate(key, helpful=True, text=QUESTION)
        AnswerLog.objects.filter(key=key).update(at=now - age)
    log.forget()
    held = {str(row.key): row.text for row in AnswerLog.objects.all()}
    assert held == {keys[0]: QUESTION, keys[1]: "", keys[2]: ""}


def test_old_rows_are_deleted_every_night() -> None:
    from search.tasks import forget_answers

    ask()
    AnswerLog.objects.update(at=timezone.now() - log.KEPT - dt.timedelta(days=1))
    forget_answers(0)
    assert not AnswerLog.objects.exists()


def test_noting_costs_three_queries(entry: CatalogueEntry, django_assert_num_queries: Any) -> None:
    answer = answer_question(QUESTION, Viewer.anonymous())
    with django_assert_num_queries(3):
        log.note(answer, Viewer.anonymous(), channel=log.API, seconds=0.1)


def test_a_row_is_phrased_once_and_on_its_day() -> None:
    first, second = ask(), ask()
    assert log.find_unphrased(first) == first
    log.finish(first, model="m", outcome="complete", seconds=1)
    assert log.find_unphrased(first) == ""
    AnswerLog.objects.filter(key=second).update(at=timezone.now() - log.RATED_WITHIN)
    assert [log.find_unphrased(key) for key in (second, "", "x", str(uuid.uuid4()))] == ["", "", "", ""]
