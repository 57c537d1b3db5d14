"""How an answer becomes a contribution: the draft, and what both sides see once it is published."""

from __future__ import annotations

import pytest

from content.models import QuestionPage
from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.messages import services
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.services import Words
from hub.site.questions.wording import MAY_BE_NAMED, PUBLISHED
from tests.factories.messages import add_answer, add_request
from tests.factories.people import add_person
from tests.site.questions.asking import QUESTION, ask, words
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db

ANSWER = "Hallo Frau Worms,\n\nnichts, sie liegen bündig.\n\nSie halten acht Jahre.\n\nMfG\nEva Muster"


@pytest.fixture
def asked(client, author, page_of_mainz) -> Message:
    """What Worms has asked Mainz."""
    ask(client, author, page_of_mainz)
    return Message.objects.get()


@pytest.fixture
def answered(asked, editor) -> Message:
    """The same, answered."""
    words_ = Words(ANSWER, "Amt 61", "amt61@mainz.example", editor.subject)
    services.answer(asked, "07315000", words_)
    return asked


@pytest.fixture
def from_koblenz(page_of_mainz, peer) -> Message:
    """A question of another hub, answered."""
    first = add_request(page_of_mainz, KOBLENZ, type=MessageType.QUESTION, text=f"{QUESTION}\n\nSeit Mai.")
    add_answer(first)
    return first


def begin(client, user, first: Message, **data: str):
    client.force_login(user)
    return client.post(f"/nachrichten/{first.pk}/beitrag/", data)


def publish(page: QuestionPage) -> None:
    page.get_latest_revision().publish()
    settle()


def told(first: Message) -> list[Message]:
    return list(Message.objects.filter(thread=first.pk, text__startswith=PUBLISHED))


def test_the_side_that_answered_is_invited(client, editor, author, answered):
    client.force_login(editor)
    page = words(client.get(f"/nachrichten/{answered.pk}/"))
    assert "Als Beitrag veröffentlichen" in page
    assert "Die fragende Kommune nennen" not in page
    client.force_login(author)
    assert "Als Beitrag veröffentlichen" not in words(client.get(f"/nachrichten/{answered.pk}/"))


def test_before_the_answer_there_is_nothing_to_publish(client, editor, asked):
    client.force_login(editor)
    assert "Als Beitrag veröffentlichen" not in words(client.get(f"/nachrichten/{asked.pk}/"))
    begin(client, editor, asked)
    assert not QuestionPage.objects.exists()


def test_interest_is_no_question(client, editor, page_of_mainz):
    first = add_request(page_of_mainz, KOBLENZ)
    add_answer(first)
    client.force_login(editor)
    assert "Als Beitrag veröffentlichen" not in words(client.get(f"/nachrichten/{first.pk}/"))
    begin(client, editor, first)
    assert not QuestionPage.objects.exists()


def test_the_draft_holds_question_and_answer_without_persons(client, editor, answered, mainz):
    services.answer(answered, "07319000", Words("Und im Sommer?"))
    services.answer(answered, "07315000", Words("Da auch nicht."))
    response = begin(client, editor, answered)
    page = QuestionPage.objects.get()
    assert response["Location"] == f"/admin/pages/{page.pk}/edit/"
    assert client.get(response["Location"]).status_code == 200
    assert not page.live
    assert page.get_parent().pk == mainz.pk
    assert (page.title, page.asked_in) == (QUESTION, answered.pk)
    assert page.summary == "Nichts, sie liegen bündig. Sie halten acht Jahre. Da auch nicht."
    assert (page.contact_role, page.contact_email) == ("Amt 61", "amt61@mainz.example")
    document = page.to_document()
    wording = [(part.heading, [block.text for block in part.blocks]) for part in document.text().sections]
    assert wording == [
        ("Zur Frage", ["Wir bauen im Frühjahr ein."]),
        ("Antwort", ["Nichts, sie liegen bündig.", "Sie halten acht Jahre.", "Da auch nicht."]),
    ]
    for name in ("Worms", "Muster", "amt15"):
        assert name not in document.to_bytes().decode(), name


@pytest.mark.parametrize(("agreed", "wanted"), [(False, True), (True, False), (True, True)])
def test_whoever_asked_is_named_only_if_both_agree(client, editor, page_of_mainz, worms, agreed, wanted):
    text = f"{QUESTION}\n\n{MAY_BE_NAMED}" if agreed else QUESTION
    first = add_request(page_of_mainz, worms.key, type=MessageType.QUESTION, text=text)
    add_answer(first)
    client.force_login(editor)
    assert ("Die fragende Kommune nennen" in words(client.get(f"/nachrichten/{first.pk}/"))) is agreed
    begin(client, editor, first, **({"named": "1"} if wanted else {}))
    document = QuestionPage.objects.get().to_document().to_bytes().decode()
    assert ("Gefragt hat: Worms." in document) is (agreed and wanted)
    assert MAY_BE_NAMED not in document


def test_a_question_to_a_group_has_its_topics(client, editor, group):
    first = add_request(group, KOBLENZ, type=MessageType.QUESTION)
    add_answer(first)
    begin(client, editor, first)
    assert QuestionPage.objects.get().topics == ["mobilitaet"]


def test_a_second_press_leads_to_the_same_draft(client, editor, answered):
    first = begin(client, editor, answered)["Location"]
    assert begin(client, editor, answered)["Location"] == first
    assert QuestionPage.objects.count() == 1
    assert f'href="{first}"' in client.get(f"/nachrichten/{answered.pk}/").content.decode()


def test_only_who_writes_for_the_body_asked_begins_one(client, author, answered, from_koblenz):
    for first in (answered, from_koblenz):
        assert begin(client, author, first).status_code == 404
    stranger = add_person("fremd@worms.example", author_body(author), Role.COORDINATOR)
    assert begin(client, stranger, answered).status_code == 404
    client.logout()
    assert client.post(f"/nachrichten/{answered.pk}/beitrag/").status_code == 302
    assert not QuestionPage.objects.exists()


def test_once_published_both_sides_are_led_to_it(client, editor, author, answered):
    begin(client, editor, answered)
    page = QuestionPage.objects.get()
    publish(page)
    [message] = told(answered)
    assert message.text.splitlines() == [PUBLISHED, QUESTION, page.to_document().id]
    assert (message.sender, message.author, message.role) == ("07315000", None, "Amt 61")
    address = CatalogueEntry.objects.get(kind="question").get_absolute_url()
    for user in (editor, author):
        client.force_login(user)
        html = client.get(f"/nachrichten/{answered.pk}/").content.decode()
        assert f'<a href="{address}">{QUESTION}</a>' in html
    assert QUESTION in words(client.get(address))


def test_it_is_told_once(client, editor, answered):
    begin(client, editor, answered)
    page = QuestionPage.objects.get()
    publish(page)
    page.refresh_from_db()
    page.save_revision()
    publish(page)
    assert len(told(answered)) == 1


def test_whoever_asked_on_another_hub_is_told_there(client, editor, from_koblenz):
    begin(client, editor, from_koblenz)
    publish(QuestionPage.objects.get())
    [message] = told(from_koblenz)
    assert (message.delivery, message.destination) == (Delivery.QUEUED, from_koblenz.origin)


def test_what_only_this_hub_reads_is_not_told_elsewhere(client, editor, from_koblenz):
    begin(client, editor, from_koblenz)
    page = QuestionPage.objects.get()
    page.audience = "instance"
    page.save_revision()
    publish(page)
    assert told(from_koblenz) == []


def test_a_closed_thread_takes_nothing_and_the_page_is_published(client, editor, answered):
    begin(client, editor, answered)
    services.close(answered, "07319000", Words(""))
    publish(QuestionPage.objects.get())
    assert QuestionPage.objects.get().live
    assert told(answered) == []


def test_a_page_outlives_its_thread(client, editor, answered):
    begin(client, editor, answered)
    Message.objects.all().delete()
    publish(QuestionPage.objects.get())
    assert QuestionPage.objects.get().live


def test_a_link_of_somebody_else_is_none(client, author, answered):
    """A message may name any address; only a published answer of the body asked is led to."""
    services.answer(answered, "07315000", Words(f"{PUBLISHED}\n{answered.subject_id}"))
    client.force_login(author)
    assert "Die Antwort ist veröffentlicht" not in words(client.get(f"/nachrichten/{answered.pk}/"))


def author_body(user):
    return user.groups.get(body_role__isnull=False).body_role.body
