"""Topics that instances add, share and merge."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from content.models import CaseReportPage, TopicPage
from content.topics import TopicsFormField, topic_choices
from hub.catalogue import consumers, log, settling
from hub.catalogue.entries import fill
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.topics import BUILT_IN, CONSUMER, follow_merges, read_topics, resolve_everywhere
from hub.documents import Document
from hub.errors import UnreadableDocument
from tests.factories.pages import add_report, add_section, home
from tests.factories.people import add_operator
from theme.labels import TOPICS
from theme.topics import read_vocabulary

pytestmark = pytest.mark.django_db


def add_topic(code, title, merged_into="", **fields):
    page = TopicPage(title=title, slug=code, summary=title, code=code, merged_into=merged_into, **fields)
    home().add_child(instance=page)
    page.save_revision().publish()
    follow()
    return TopicPage.objects.get(pk=page.pk)


def merge(page, target):
    page.merged_into = target
    page.save_revision().publish()
    follow()


def follow():
    settling.settle()
    consumers.run_consumers(CONSUMER)
    resolve_everywhere()


def topics_of(page):
    return CatalogueEntry.objects.get(uuid=page.translation_key).topics


@pytest.fixture
def section():
    return add_section()


def test_every_built_in_code_has_a_label_and_no_other_has():
    assert set(TOPICS) == BUILT_IN


def test_an_added_topic_is_offered_by_its_name(section):
    add_topic("chatbots", "Chatbots")
    assert dict(topic_choices())["chatbots"] == "Chatbots"


def test_the_vocabulary_costs_one_query(section, django_assert_num_queries):
    for n in range(3):
        add_topic(f"thema-{n}", f"Thema {n}")
    with django_assert_num_queries(1):
        assert read_vocabulary().name("thema-2") == "Thema 2"


def test_a_report_on_a_merged_topic_stands_under_the_new_one_without_a_new_revision(section):
    topic = add_topic("chatbots", "Chatbots")
    report = add_report(section, "Chatbot im Bürgerbüro", topics=["chatbots"])
    follow()
    before = CatalogueEntry.objects.get(uuid=report.translation_key)

    merge(topic, "ki")

    after = CatalogueEntry.objects.get(uuid=report.translation_key)
    assert after.topics == ["ki"]
    assert (after.revision, after.digest, after.document.topics) == (1, before.digest, ("chatbots",))
    assert after.position > before.position
    consumers.run_consumers(CONSUMER)
    assert resolve_everywhere() == 0
    assert CatalogueEntry.objects.get(pk=after.pk).position == after.position


def test_undoing_a_merge_puts_reports_back(section):
    topic = add_topic("chatbots", "Chatbots")
    report = add_report(section, "Chatbot", topics=["chatbots", "recht"])
    follow()
    merge(topic, "recht")
    assert topics_of(report) == ["recht"]
    merge(topic, "")
    assert topics_of(report) == ["chatbots", "recht"]


def test_a_report_published_after_the_merge_with_the_old_code_stands_under_the_new_one(section):
    add_topic("chatbots", "Chatbots", merged_into="ki")
    report = add_report(section, "Chatbot", topics=["chatbots"])
    follow()
    assert topics_of(report) == ["ki"]


def test_merges_are_followed_to_their_end_and_circles_lead_nowhere(section):
    add_topic("a", "A", merged_into="b")
    add_topic("b", "B", merged_into="ki")
    add_topic("c", "C", merged_into="d")
    add_topic("d", "D", merged_into="c")
    assert follow_merges(read_topics()) == {"a": "ki", "b": "ki"}


def test_nobody_merges_or_renames_a_built_in_topic(section):
    add_topic("ki", "Künstlicher Unfug", merged_into="recht")
    vocabulary = read_vocabulary()
    assert vocabulary.merges == {}
    assert vocabulary.name("ki") == "Künstliche Intelligenz"


def test_a_form_opened_before_a_merge_keeps_what_was_ticked(section):
    topic = add_topic("chatbots", "Chatbots")
    field = TopicsFormField(choices=topic_choices, coerce=str, empty_value=[], required=False)
    merge(topic, "ki")
    assert field.clean(["chatbots", "ki", "recht"]) == ["ki", "recht"]
    assert field.prepare_value(["chatbots"]) == ["ki"]


def test_an_address_with_a_merged_topic_filters_by_the_new_one(section):
    topic = add_topic("chatbots", "Chatbots")
    add_report(section, "Chatbot im Bürgerbüro", topics=["chatbots"])
    follow()
    merge(topic, "ki")
    page = Client().get("/wissen/?thema=chatbots").content.decode()
    assert "Chatbot im Bürgerbüro" in page
    assert "thema=ki" in page


def receive_topic(code, merged_into="", source="koblenz"):
    """A topic as a peer sends it, whatever day it gives as that of its first publication."""
    key = uuid.uuid4()
    origin = f"https://{source}.example"
    body = {
        "schema_version": "wissenshub/1.3",
        "id": f"{origin}/id/{key}",
        "kind": "topic",
        "texts": {"de": {"title": "Fremd"}},
        "term": {"code": code, "merged_into": merged_into},
    }
    document = Document.from_bytes(json.dumps(body))
    entry = CatalogueEntry(
        object_id=document.id, uuid=key, origin=origin, source=source, first_published="2001-01-01T00:00Z"
    )
    fill(entry, document, json.dumps(body), "sha256:x", "", 1, timezone.now(), log.next_position())
    entry.save()
    follow()


def test_another_hub_takes_over_no_topic_of_this_one(section):
    add_topic("chatbots", "Chatbots")
    report = add_report(section, "Chatbot", topics=["chatbots"])
    receive_topic("chatbots", merged_into="energie")
    assert topics_of(report) == ["chatbots"]
    assert read_vocabulary().name("chatbots") == "Chatbots"


def test_of_two_other_hubs_the_topic_that_came_first_counts(section):
    receive_topic("klima")
    receive_topic("klima", merged_into="energie", source="mainz")
    assert read_vocabulary().merges == {}


@pytest.mark.parametrize("code", ["y" * 61, "Gift", "a b", "", "../x"])
def test_a_topic_with_a_code_that_cannot_be_one_is_not_read(code):
    with pytest.raises(UnreadableDocument):
        receive_topic(code)
    with pytest.raises(UnreadableDocument):
        receive_topic("gift", merged_into=code or " ")


def test_a_topic_that_ends_the_consumers_work_comes_to_rest(section):
    """What a merge leads to is written once, and not again and again."""
    add_report(section, "Bericht", topics=["gift"])
    receive_topic("gift", merged_into="energie")
    receive_topic("energie-alt", merged_into="gift")
    assert consumers.run_consumers(CONSUMER) <= 1
    assert consumers.run_consumers(CONSUMER) == 0


@pytest.fixture
def operator(section):
    client = Client()
    client.force_login(add_operator("betrieb@mainz.example"))
    return client


def save(operator, page, **changes):
    values = {"title": page.title, "summary": page.summary, "code": page.code, "slug": page.slug}
    values |= {"merged_into": page.merged_into, "action-publish": "1", **changes}
    return operator.post(f"/admin/pages/{page.pk}/edit/", values)


def test_a_topic_cannot_be_merged_into_one_that_leads_back_to_it(operator):
    first = add_topic("a", "A")
    add_topic("b", "B", merged_into="a")
    answer = save(operator, first, merged_into="b")
    assert "„b“ ist selbst mit einem anderen Thema zusammengeführt" in answer.content.decode()
    assert TopicPage.objects.get(pk=first.pk).merged_into == ""


def test_merging_in_the_editor_works(operator):
    topic = add_topic("chatbots", "Chatbots")
    assert save(operator, topic, merged_into="ki").status_code == 302
    assert TopicPage.objects.get(pk=topic.pk).merged_into == "ki"


def test_a_code_in_use_is_refused_and_what_was_typed_stays(operator):
    root = home()
    values = {"title": "Mein KI-Thema", "summary": "x", "code": "ki", "slug": "mein-ki", "merged_into": ""}
    answer = operator.post(f"/admin/pages/add/content/topicpage/{root.pk}/", values | {"action-publish": "1"})
    page = answer.content.decode()
    assert "Ein Thema mit diesem Kürzel gibt es schon: „Künstliche Intelligenz“." in page
    assert "Mein KI-Thema" in page


def test_a_topic_has_a_page_that_leads_to_its_contributions(section):
    topic = add_topic("chatbots", "Chatbots")
    page = Client().get(f"/{topic.slug}/").content.decode()
    assert "/wissen/?thema=chatbots" in page
    assert "Chatbots" not in Client().get("/wissen/").content.decode()


def test_editors_add_no_topics(section):
    assert not TopicPage.can_create_at(section)
    assert TopicPage not in CaseReportPage.creatable_subpage_models()
