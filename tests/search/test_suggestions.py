"""Corrections are offered only for words that the viewer may read somewhere now."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Viewer
from search.answers.service import answer_question
from search.models import VocabularyWord
from tests.search.asking import Search
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("columns", [{"hidden": True}, {"expires": dt.date(2020, 1, 1)}])
def test_no_word_is_suggested_that_only_hidden_or_expired_items_hold(
    search: Search, columns: dict[str, Any]
) -> None:
    publish(make_document("Parksensoren", "Text"))
    gone = publish(make_document("Zeppelinfahrt", "Text"))
    assert search("Parksensoren Zeppelinfarht").did_you_mean == "Parksensoren Zeppelinfahrt"
    CatalogueEntry.objects.filter(pk=gone.pk).update(**columns)
    assert VocabularyWord.objects.filter(folded="zeppelinfahrt").exists()
    assert search("Parksensoren Zeppelinfarht").did_you_mean == ""
    assert answer_question("Zeppelinfarht", Viewer.anonymous()).corrections == {}
    publish(make_document("Luftbilder", "Eine Zeppelinfahrt"))
    assert search("Parksensoren Zeppelinfarht").did_you_mean == "Parksensoren Zeppelinfahrt"


def test_the_next_readable_word_is_suggested_instead_of_a_hidden_nearer_one(search: Search) -> None:
    publish(make_document("Zeppelinfahne", "Text"))
    hidden = publish(make_document("Zeppelinfahrt", "Text"))
    assert search("Zeppelinfahrz").did_you_mean == "Zeppelinfahrt"
    CatalogueEntry.objects.filter(pk=hidden.pk).update(hidden=True)
    assert search("Zeppelinfahrz").did_you_mean == "Zeppelinfahne"


def test_a_word_of_two_audiences_is_suggested_once(search: Search) -> None:
    publish(make_document("Zeppelinfahrt", "Text"))
    publish(make_document("Zeppelinfahrt", "Text", audience=Audience.MEMBERS))
    assert search("Zeppelinfarht", viewer=Viewer.member()).did_you_mean == "Zeppelinfahrt"
