"""The form of a question to all: who may ask whom, what is looked through first, and what is sent."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote, quote_plus, urlencode

import pytest
from django.utils import timezone

from content.models import QuestionPage
from hub.accounts.models import HomeAccount, Role, User
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.messages import services
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.queries import due_reminders, open_thread
from hub.site.questions import views
from tests.content.kinds import sections
from tests.factories.people import add_person
from tests.search.catalogue import let_follow
from tests.site.questions.asking import ADDRESS, FORM, QUESTION, ask, words
from tests.site.questions.conftest import publish_page
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db

WITH_TEXT = f"{ADDRESS}?{urlencode({'q': QUESTION})}"


def test_the_form_holds_the_question_and_proposes_whom_to_ask(client, author, group):
    client.force_login(author)
    response = client.get(WITH_TEXT)
    page = response.content.decode()
    assert f">\n{QUESTION}</textarea>" in page
    said = words(response)
    assert "Diese Kommunen haben veröffentlicht, was Ihrer Frage am nächsten kommt: Mainz" in said
    assert "Passt dazu: Sensoren auf Parkplätzen" in said
    assert "Diese Fokusgruppen arbeiten an den Themen: Fokusgruppe Verkehr" in said
    assert "es antwortet Mainz" in said
    assert "Vor dem Senden ansehen" in said
    assert not response.context["form"].errors


def test_without_a_question_nobody_is_proposed(client, author, mainz):
    client.force_login(author)
    page = words(client.get(ADDRESS))
    assert "Passt dazu" not in page
    assert "noch niemand etwas Ähnliches" not in page, "nothing was asked yet"


def test_whoever_asks_too_often_is_proposed_nobody_and_may_still_send(
    client, author, page_of_mainz, monkeypatch
):
    monkeypatch.setattr(views, "may_ask", lambda _request: False)
    client.force_login(author)
    assert "Passt dazu" not in words(client.get(WITH_TEXT))
    assert ask(client, author, page_of_mainz).status_code == 302


def test_a_question_about_what_nobody_knows_says_so(client, author, mainz):
    client.force_login(author)
    page = words(client.get(f"{ADDRESS}?q=Krötenwanderung"))
    assert "Dazu hat noch niemand etwas Ähnliches veröffentlicht." in page


def test_before_it_is_sent_it_is_looked_through(client, author, page_of_mainz):
    response = ask(client, author, page_of_mainz, "preview", may_be_named="on")
    page = words(response)
    assert "Diese Frage senden?" in page
    assert f"{QUESTION} Wir bauen im Frühjahr ein." in page
    assert "Von Worms Amt 15 amt15@worms.example" in page
    assert "An Mainz" in page
    assert "darf unsere Kommune genannt werden" in page
    assert not Message.objects.exists()
    hidden = {field.html_name: field.value() for field in response.context["form"]}
    hidden["name"] = hidden["name"] or ""
    assert client.post(ADDRESS, {**hidden, "action": "send"}).status_code == 302
    assert Message.objects.get().text.endswith("darf unsere Kommune genannt werden.")


def test_what_is_answered_already_is_shown_before(client, author, mainz, page_of_mainz):
    text = sections(("Antwort", "<p>Sie liegen bündig im Boden.</p>"))
    title = "Was macht der Schneepflug mit Sensoren?"
    publish_page(mainz, QuestionPage(title=title, summary="Nichts.", sections=text))
    settle()
    let_follow()
    response = ask(client, author, page_of_mainz, "preview")
    assert f"Schon beantwortet? {title}" in words(response)
    assert "Schon beantwortet?" not in words(
        ask(client, author, page_of_mainz, "preview", question="Krötenwanderung?")
    )


def test_it_arrives_and_leads_to_its_thread(client, author, page_of_mainz):
    response = ask(client, author, page_of_mainz)
    message = Message.objects.get()
    assert response["Location"] == f"/nachrichten/{message.pk}/"
    assert (message.type, message.subject_id) == (MessageType.QUESTION, page_of_mainz.object_id)
    assert (message.sender, message.recipient) == ("07319000", "07315000")
    assert message.text == f"{QUESTION}\n\nWir bauen im Frühjahr ein."
    page = words(client.get(response["Location"]))
    assert "Ihre Frage ist angekommen." in page
    assert "offen seit heute" in page
    assert "Wanda" not in page
    assert QUESTION in words(client.get("/nachrichten/"))


def test_a_group_is_asked_through_its_page(client, author, group):
    ask(client, author, group)
    message = Message.objects.get()
    assert (message.subject_id, message.recipient) == (group.object_id, "07315000")
    page = words(client.get(f"/nachrichten/{message.pk}/"))
    assert "Fokusgruppe Verkehr" in page


def test_to_another_hub_it_is_on_its_way(client, author, foreign):
    response = ask(client, author, body_of(foreign))
    message = Message.objects.get()
    assert (message.delivery, message.destination) == (Delivery.QUEUED, foreign.origin)
    assert "Ihre Frage ist unterwegs." in words(client.get(response["Location"]))


def test_the_clock_reminds_of_it_as_of_any_request(client, author, page_of_mainz):
    ask(client, author, page_of_mainz)
    message = Message.objects.get()
    assert due_reminders(timezone.now()) == []
    assert due_reminders(timezone.now() + dt.timedelta(days=10)) == [message]


def test_one_question_is_open_at_a_time_and_the_text_is_kept(client, author, page_of_mainz):
    ask(client, author, page_of_mainz)
    first = Message.objects.get()
    for step in ("preview", "send"):
        response = ask(client, author, page_of_mainz, step, question="Und im Sommer?")
        assert f'href="/nachrichten/{first.pk}/"' in response.content.decode()
        assert "schon eine offene Anfrage" in words(response)
        assert "Und im Sommer?" in response.content.decode()
    assert Message.objects.count() == 1
    services.close(first, "07319000", services.Words(""))
    assert open_thread("07319000", page_of_mainz.object_id) is None
    assert ask(client, author, page_of_mainz, question="Und im Sommer?").status_code == 302


def test_what_the_day_does_not_allow_is_said_and_the_text_is_kept(client, author, page_of_mainz, monkeypatch):
    monkeypatch.setattr(services, "REQUESTS_A_DAY", 0)
    response = ask(client, author, page_of_mainz)
    assert "morgen" in words(response)
    assert "Wir bauen im Frühjahr ein." in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"question": " "}, "Bitte schreiben Sie Ihre Frage."),
        ({"question": "x" * 260}, "Bitte kürzen Sie den Text um 10 Zeichen"),
        ({"text": "x" * 4000}, "Bitte kürzen Sie den Text um 55 Zeichen"),
        ({"to": ""}, "Bitte wählen Sie, wen Sie fragen."),
        ({"to": "00000000-0000-4000-8000-000000000000"}, "Bitte wählen Sie, wen Sie fragen."),
        ({"role": ""}, "Dieses Feld"),
        ({"reply_to": "kein Postfach"}, "E-Mail-Adresse"),
        ({"body": KOBLENZ}, "Auswahl"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "send"])
def test_a_mistake_is_named_and_nothing_typed_is_lost(client, author, page_of_mainz, step, changes, said):
    response = ask(client, author, page_of_mainz, step, **changes)
    assert response.status_code == 200
    assert said in words(response)
    kept = {**FORM, **changes}
    assert kept["text"] in response.content.decode()
    assert not Message.objects.exists()


def test_only_bodies_and_groups_are_asked(client, author, mainz):
    report = CatalogueEntry.objects.get(kind="case_report")
    assert "Bitte wählen Sie, wen Sie fragen." in words(ask(client, author, report))
    assert not Message.objects.exists()


def test_nobody_asks_themselves(client, editor, page_of_mainz):
    client.force_login(editor)
    assert "Passt dazu" not in words(client.get(WITH_TEXT)), "nobody is proposed to themselves"
    response = ask(client, editor, page_of_mainz, "preview", body="07315000")
    assert "Eine Kommune fragt nicht sich selbst." in words(response)


def test_another_is_found_by_name_and_stays_chosen(client, author, page_of_mainz):
    response = ask(client, author, None, "propose", name="Mainz", question="Krötenwanderung?", role="")
    page = response.content.decode()
    assert f'value="{page_of_mainz.uuid}"' in page
    assert not response.context["form"].errors, "nothing is wrong before it is finished"
    assert "Krötenwanderung?" in page
    response = ask(client, author, page_of_mainz, "propose", name="", question="Krötenwanderung?")
    assert f'value="{page_of_mainz.uuid}" checked' in response.content.decode()
    response = ask(client, author, None, "propose", name="Worms")
    assert "Unter „Worms“ lässt sich hier niemand fragen" in words(response)


def test_whoever_writes_for_several_chooses(client, author, page_of_mainz, worms):
    other = add_person("zwei@worms.example", worms, Role.AUTHOR)
    set_role(other, page_of_mainz_body(page_of_mainz), Role.AUTHOR)
    client.force_login(other)
    assert "Im Namen von" in words(client.get(ADDRESS))
    ask(client, other, page_of_mainz)
    assert Message.objects.get().sender == "07319000"


def test_guests_read_who_may_know_and_keep_their_text(client, group):
    response = client.get(WITH_TEXT)
    page = response.content.decode()
    back = quote(f"{ADDRESS}?{urlencode({'q': QUESTION})}", safe="/")
    assert f'href="/konto/login/?next={back}"' in page
    assert "Mainz" in words(response)
    assert 'type="radio"' not in page
    response = client.post(ADDRESS, {**FORM, "action": "send"})
    assert response["Location"].startswith("/konto/login/?next=")
    assert quote(quote_plus("Schneepflug"), safe="") in response["Location"]
    assert not Message.objects.exists()


def test_guests_are_not_told_what_they_may_not_read(client, mainz):
    CatalogueEntry.objects.filter(kind="case_report").update(audience="members")
    assert "Sensoren auf Parkplätzen" not in client.get(WITH_TEXT).content.decode()


def test_members_without_a_role_in_writing_are_told(client, worms, page_of_mainz):
    for user in (add_person("neu@worms.example"), add_person("liest@worms.example", worms, Role.MEMBER)):
        client.force_login(user)
        assert "Fragen Sie im Namen Ihrer Kommune" in words(client.get(WITH_TEXT))
        assert ask(client, user, page_of_mainz).status_code == 403
    assert not Message.objects.exists()


def test_members_of_other_hubs_are_led_home_with_their_text(client, page_of_mainz):
    user = User.objects.create(email=None)
    now = timezone.now()
    HomeAccount.objects.create(
        user=user, issuer="http://koblenz.localhost:8002", subject="s", body=KOBLENZ, role="editor",
        asserted=now, checked=now, expires=now + dt.timedelta(hours=8),
    )  # fmt: skip
    client.force_login(user)
    page = client.get(WITH_TEXT).content.decode()
    assert f'href="http://koblenz.localhost:8002{ADDRESS}?{urlencode({"q": QUESTION})}"' in page
    assert ask(client, user, page_of_mainz).status_code == 403


def body_of(entry: CatalogueEntry) -> CatalogueEntry:
    """A page about itself of the body that published an entry on another hub."""
    from tests.theme.entries import add_entry, make_document

    document = make_document(
        "Koblenz", kind="body", origin=entry.origin, publishers=(KOBLENZ,), case=None, costs=None
    )
    return add_entry(document, source=entry.source)


def page_of_mainz_body(entry: CatalogueEntry):
    """The body that a page is about."""
    from hub.municipalities.models import Body

    return Body.objects.get(pk=entry.publishers[0])
