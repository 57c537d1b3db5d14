"""Who is proposed, why, and that it costs the same however many there are."""

from __future__ import annotations

import pytest

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Viewer
from hub.municipalities.models import Body
from hub.site.questions import recipients
from hub.site.questions.recipients import Finder
from search.engines.base import EngineUnavailable
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

QUESTION = "Wie tief liegt der Schneepflug über den Sensoren?"
ANYBODY = Viewer.anonymous()


def add_town(number: int, *, page: bool = True, reports: int = 1, **fields) -> str:
    """A town that has published reports about the question, by default also a page about itself."""
    key = f"0733{number:04}"
    Body.objects.create(key=key, name=f"Dorf {number}", kind=Body.Kind.MUNICIPALITY)
    if page:
        publish(make_document(f"Dorf {number}", "Wer wir sind.", kind="body", publishers=(key,), case=None))
    for _ in range(reports):
        text = "Der Schneepflug fährt über Sensoren hinweg."
        publish(make_document(f"Winter in Dorf {number}", text, publishers=(key,), **fields))
    return key


def add_group(number: int, *topics: str, key: str) -> CatalogueEntry:
    """A focus group that says nothing of the question itself."""
    fields = {"kind": "focus_group", "publishers": (key,), "topics": topics, "case": None}
    return publish(make_document(f"Gruppe {number}", "Wir treffen uns.", **fields))


def test_publishers_of_what_comes_nearest_are_proposed_with_reasons():
    key = add_town(1, reports=3)
    add_town(2, reports=0)
    [found] = Finder(QUESTION, ANYBODY).bodies
    assert (found.body, found.entry.kind, found.is_group) == (key, "body", False)
    assert [entry.title for entry in found.near] == ["Winter in Dorf 1", "Winter in Dorf 1"]
    assert found.hub == "Wissenshub Mainz"


def test_what_a_body_says_of_itself_is_no_reason():
    publish(make_document("Dorf", QUESTION, kind="body", publishers=(add_town(1, reports=0),), case=None))
    finder = Finder(QUESTION, ANYBODY)
    assert [entry.kind for entry in finder.near] == ["body"]
    assert finder.bodies == []


def test_at_most_three_and_never_oneself():
    keys = [add_town(number) for number in range(1, 6)]
    assert len(Finder(QUESTION, ANYBODY).bodies) == 3
    assert {each.body for each in Finder(QUESTION, ANYBODY, keys[:3]).bodies} == set(keys[3:])


def test_who_has_no_page_cannot_be_asked():
    add_town(1, page=False)
    assert Finder(QUESTION, ANYBODY).bodies == []


def test_what_the_reader_may_not_read_is_no_reason():
    key = add_town(1, audience=Audience.MEMBERS)
    assert Finder(QUESTION, ANYBODY).bodies == []
    assert [each.body for each in Finder(QUESTION, Viewer.member()).bodies] == [key]


def test_groups_at_work_on_the_topics_are_proposed():
    key = add_town(1, topics=("mobilitaet",))
    fitting, other = add_group(1, "mobilitaet", "ki", key=key), add_group(2, "energie", key=key)
    [found] = Finder(QUESTION, ANYBODY).groups
    assert (found.entry, found.topics, found.is_group) == (fitting, ("mobilitaet",), True)
    assert found.entry != other
    assert found.portrait is not None
    assert Finder(QUESTION, ANYBODY, [key]).groups == [], "one's own group needs no question"
    assert Finder("Krötenwanderung", ANYBODY).groups == []


def test_when_search_is_too_slow_one_still_chooses_by_name(monkeypatch):
    key = add_town(1)

    def too_slow(*_args):
        raise EngineUnavailable("too slow")

    monkeypatch.setattr(recipients, "retrieve", too_slow)
    finder = Finder(QUESTION, ANYBODY)
    assert (finder.bodies, finder.groups, finder.answered) == ([], [], [])
    assert [each.body for each in finder.named("Dorf 1")] == [key]


def test_those_named_are_found_in_the_order_of_the_directory():
    add_town(1, page=False)
    key = add_town(2)
    found = Finder("", ANYBODY).named("Dorf")
    assert [each.body for each in found] == [key]
    assert Finder("", ANYBODY).named("Nirgendwo") == []


@pytest.mark.parametrize("number", [1, 3])
def test_proposals_cost_the_same_queries_however_many(django_assert_num_queries, number):
    for n in range(1, number + 1):
        add_group(n, "mobilitaet", key=add_town(n, topics=("mobilitaet",)))
    finder = Finder(QUESTION, ANYBODY)
    assert len(finder.near) >= number
    with django_assert_num_queries(2):  # pages of the bodies, groups; the hub's own name needs none
        assert len(finder.bodies) == len(finder.groups) == number
