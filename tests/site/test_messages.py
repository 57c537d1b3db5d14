"""Pages of directed messages: asking, the list, a thread, mails, and what a person leaves behind."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from federation.peers import approve
from hub.accounts.leaving import delete_account
from hub.accounts.models import HomeAccount, Preferences, Role, User
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Viewer
from hub.env import env
from hub.messages import services
from hub.messages.models import Delivery, Message
from hub.messages.services import Words, answer, close
from hub.municipalities.models import Body
from hub.site.messages.mails import remind_unanswered
from hub.site.personal.records import collect_records
from tests.factories.messages import add_answer, add_request
from tests.factories.pages import add_report, add_section
from tests.factories.people import add_operator, add_person, add_town, page_of
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = pytest.mark.django_db

FORM = {
    "wishes": ["talk", "reuse"],
    "text": "Wie lange hat es gedauert?",
    "role": "Amt 15",
    "reply_to": "amt15@worms.example",
}


@pytest.fixture
def section(db: None) -> Any:
    return add_section()


@pytest.fixture
def entry(section: Any) -> CatalogueEntry:
    """A report of this instance's own body."""
    add_report(section, "Sensoren auf Parkplätzen")
    settle()
    return CatalogueEntry.objects.get(kind="case_report")


@pytest.fixture
def worms(db: None) -> Body:
    return add_town("07319000", "Worms")


@pytest.fixture
def author(worms: Body) -> User:
    """Somebody who writes for Worms."""
    return add_person("schreibt@worms.example", worms, Role.AUTHOR, first_name="Wanda", last_name="Worms")


@pytest.fixture
def editor(entry: CatalogueEntry) -> User:
    """Somebody who publishes for the body that is asked."""
    return add_person("redaktion@koblenz.example", Body.objects.get(pk=env.body), Role.EDITOR)


@pytest.fixture
def foreign(client: Client, koblenz: ForeignHub, peer: Any) -> CatalogueEntry:
    """A report that came from another hub."""
    koblenz.push(client, koblenz.publish(koblenz.document("Bericht aus Koblenz")))
    return CatalogueEntry.objects.get(source="koblenz")


@pytest.fixture
def koblenz() -> ForeignHub:
    return ForeignHub()


@pytest.fixture
def peer(db: None, koblenz: ForeignHub) -> Any:
    Body.objects.update_or_create(key=KOBLENZ, defaults={"name": "Koblenz", "kind": Body.Kind.CITY})
    return approve(koblenz.identity())


def ask(client: Client, user: User, entry: CatalogueEntry, **changes: Any) -> Any:
    client.force_login(user)
    return client.post(f"/interesse/{entry.uuid}/", {"body": "07319000", **FORM, **changes})


def read(client: Client, user: User | None, address: str) -> str:
    if user is not None:
        client.force_login(user)
    return str(client.get(address).content.decode())


def test_every_document_has_the_button(client, entry):
    page = client.get(entry.get_absolute_url()).content.decode()
    assert f'href="/interesse/{entry.uuid}/"' in page
    assert "Wir interessieren uns" in page


def test_somebody_asks_and_comes_to_the_thread(client, author, entry):
    response = ask(client, author, entry)
    message = Message.objects.get()
    assert response["Location"] == f"/nachrichten/{message.pk}/"
    wishes = "Wir wünschen uns:\n– ein Gespräch\n– prüfen, ob wir es nachnutzen können"
    assert message.text == f"Wie lange hat es gedauert?\n\n{wishes}"
    assert (message.author, message.role, message.reply_to) == (author.subject, "Amt 15", FORM["reply_to"])
    page = client.get(response["Location"]).content.decode()
    assert "offen seit heute" in page
    assert "Ihre Nachricht ist angekommen." in page
    assert "Wanda" not in page.partition("<main")[2]


def test_to_another_hub_it_is_on_its_way_and_says_so(client, author, foreign):
    response = ask(client, author, foreign)
    message = Message.objects.get()
    assert (message.delivery, message.destination) == (Delivery.QUEUED, foreign.origin)
    page = client.get(response["Location"]).content.decode()
    assert "Unterwegs seit" in page
    Message.objects.update(error="Koblenz ist zurzeit nicht erreichbar.", failures=3)
    page = client.get(response["Location"]).content.decode()
    assert "Koblenz ist zurzeit nicht erreichbar. Wir versuchen es weiter" in page


def test_the_form_is_filled_in_as_far_as_it_is_known(client, author, entry):
    page = read(client, author, f"/interesse/{entry.uuid}/")
    assert re.search(r"<textarea[^>]*>\s*</textarea>", page), "half a sentence would be sent as it is"
    assert "Zum Beispiel, was Sie selbst vorhaben" in page
    assert 'value="Amt 15"' not in page
    ask(client, author, entry)
    close(Message.objects.get(), "07319000", Words(""))
    assert 'value="Amt 15"' in read(client, author, f"/interesse/{entry.uuid}/")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, "Bitte schreiben Sie, was Sie wissen möchten."),
        ({"text": "x" * 10_000}, "Bitte kürzen Sie den Text um 6.000 Zeichen (höchstens 4.000)."),
        ({"text": "x" * 3990}, "Bitte kürzen Sie den Text um 62 Zeichen (höchstens 3.928)."),
        ({"role": ""}, "Dieses Feld"),
        ({"reply_to": "kein Postfach"}, "E-Mail-Adresse"),
        ({"wishes": ["gold"]}, "gold"),
        ({"body": KOBLENZ}, "Auswahl"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(client, author, entry, changes, said):
    response = ask(client, author, entry, **changes)
    page = response.content.decode()
    assert response.status_code == 200
    assert said in page
    assert "Bitte korrigieren" in page or "error-summary" in page
    kept = {**FORM, **changes}
    assert not kept["text"] or kept["text"] in page
    assert not Message.objects.exists()


def test_whoever_writes_for_several_chooses(client, author, entry):
    other = add_town("07211000", "Trier")
    set_role(author, other, Role.EDITOR)
    page = read(client, author, f"/interesse/{entry.uuid}/")
    assert "Im Namen von" in page
    ask(client, author, entry, body="07211000")
    assert Message.objects.get().sender == "07211000"


def test_a_second_request_about_the_same_leads_to_the_first(client, author, entry):
    first = ask(client, author, entry)["Location"]
    assert first in read(client, author, f"/interesse/{entry.uuid}/")
    again = ask(client, author, entry)
    assert again["Location"] == first
    assert Message.objects.count() == 1
    assert "schon eine offene Anfrage" in client.get(first).content.decode()


def test_what_the_day_does_not_allow_is_said_and_nothing_typed_is_lost(client, author, entry, monkeypatch):
    monkeypatch.setattr(services, "REQUESTS_A_DAY", 0)
    page = ask(client, author, entry).content.decode()
    assert "morgen" in page
    assert FORM["text"] in page


def test_guests_read_who_answers_and_how_to_take_part(client, entry):
    page = client.get(f"/interesse/{entry.uuid}/").content.decode()
    assert "digital@koblenz.demo.invalid" in page
    assert f"/konto/login/?next=/interesse/{entry.uuid}/" in page
    response = client.post(f"/interesse/{entry.uuid}/", FORM)
    assert response["Location"].startswith("/konto/login/")
    assert not Message.objects.exists()


def test_members_without_a_role_in_writing_are_told(client, worms, entry):
    for user in (add_person("neu@worms.example"), add_person("liest@worms.example", worms, Role.MEMBER)):
        assert "Fragen Sie im Namen Ihrer Kommune" in read(client, user, f"/interesse/{entry.uuid}/")
        assert client.post(f"/interesse/{entry.uuid}/", {"body": worms.key, **FORM}).status_code == 403
    assert not Message.objects.exists()


def test_members_of_other_hubs_are_led_home(client, entry):
    user = User.objects.create(email=None)
    now = timezone.now()
    HomeAccount.objects.create(
        user=user, issuer="http://koblenz.localhost:8002", subject="s", body=KOBLENZ, role="editor",
        asserted=now, checked=now, expires=now + dt.timedelta(hours=8),
    )  # fmt: skip
    page = read(client, user, f"/interesse/{entry.uuid}/")
    assert f'href="http://koblenz.localhost:8002/interesse/{entry.uuid}/"' in page
    assert client.post(f"/interesse/{entry.uuid}/", FORM).status_code == 403


def test_of_the_own_contribution_nobody_asks(client, editor, entry):
    assert "Das ist Ihr eigener Beitrag" in read(client, editor, f"/interesse/{entry.uuid}/")


def test_what_somebody_may_not_read_they_cannot_ask_about(client, author, foreign):
    CatalogueEntry.objects.filter(pk=foreign.pk).update(audience="members")
    assert client.get(f"/interesse/{foreign.uuid}/").status_code == 404
    client.force_login(author)
    assert client.get(f"/interesse/{foreign.uuid}/").status_code == 200
    assert client.get(f"/interesse/{uuid.uuid4()}/").status_code == 404


def test_a_body_is_asked_a_question(client, author, entry):
    portrait = CatalogueEntry.objects.get(kind="body")
    assert "Was würde Ihnen helfen" not in read(client, author, f"/interesse/{portrait.uuid}/")
    ask(client, author, portrait)
    assert Message.objects.get().type == "question"


def test_the_other_side_answers_and_closes(client, author, editor, entry):
    address = ask(client, author, entry)["Location"]
    page = read(client, editor, address)
    assert "Wie lange hat es gedauert?" in page
    assert "Anfrage abschließen" not in page
    said = {"text": "Drei Monate.", "role": "Stab", "reply_to": "stab@koblenz.example", "action": "answer"}
    assert client.post(address, said)["Location"] == address
    page = read(client, author, address)
    assert "Drei Monate." in page
    assert "am selben Tag beantwortet" in page
    assert "Anfrage abschließen" in page
    client.post(address, {**said, "text": "", "action": "close"})
    page = client.get(address).content.decode()
    assert "abgeschlossen am" in page
    assert "<textarea" not in page


def test_an_empty_answer_is_refused_and_an_early_end_too(client, author, editor, entry):
    address = ask(client, author, entry)["Location"]
    client.force_login(editor)
    said = {"text": "", "role": "Stab", "reply_to": "stab@koblenz.example"}
    page = client.post(address, {**said, "action": "answer"}).content.decode()
    assert "Bitte schreiben Sie Ihre Nachricht" in page
    assert "antworten Sie zuerst" in client.post(address, {**said, "action": "close"}).content.decode()
    assert Message.objects.count() == 1


def test_what_was_typed_stays_when_the_other_side_closed_meanwhile(client, author, editor, entry):
    address = ask(client, author, entry)["Location"]
    first = Message.objects.get()
    client.force_login(editor)
    close(first, "07319000", Words(""))
    said = {"text": "Ein langer Text.", "role": "Stab", "reply_to": "s@koblenz.example", "action": "answer"}
    page = client.post(address, said).content.decode()
    assert "Diese Anfrage ist abgeschlossen" in page
    assert "Ein langer Text." in page


def test_no_browser_cuts_what_is_pasted(client, author, entry):
    assert "maxlength" not in textarea(read(client, author, f"/interesse/{entry.uuid}/"))
    address = ask(client, author, entry)["Location"]
    assert "maxlength" not in textarea(client.get(address).content.decode())


def textarea(page: str) -> str:
    found = re.search(r"<textarea[^>]*>", page)
    assert found
    return found[0]


def test_an_end_of_line_counts_as_one_character(client, author, entry):
    ask(client, author, entry, wishes=[], text="zwei\r\nZeilen" + "x" * 3989)
    assert len(Message.objects.get().text) == 4000


def filled_in(page: str) -> list[str | None]:
    """What stands in the fields for role and mailbox."""
    tags = (re.search(rf'<input[^>]*name="{name}"[^>]*>', page) for name in ("role", "reply_to"))
    values = (re.search(r'value="([^"]*)"', tag[0]) if tag else None for tag in tags)
    return [value[1] if value else None for value in values]


def test_who_was_asked_answers_as_the_contact_of_the_document(client, editor, entry):
    first, other = add_request(entry, KOBLENZ), add_request(entry, KOBLENZ)
    contact = entry.document.contact
    assert filled_in(read(client, editor, f"/nachrichten/{first.pk}/")) == [contact.role, contact.email]
    answer(first, env.body, Words("Gern.", "Stab", "stab@koblenz.example", editor.subject))
    assert filled_in(read(client, editor, f"/nachrichten/{first.pk}/")) == ["Stab", "stab@koblenz.example"]
    assert filled_in(read(client, editor, f"/nachrichten/{other.pk}/")) == [contact.role, contact.email]


def test_without_a_contact_of_the_document_an_answer_is_filled_in_from_the_page_of_the_body(
    client, section, editor, entry
):
    first = add_request(entry, KOBLENZ)
    section.contact_role, section.contact_email = "Hauptamt", "hauptamt@koblenz.example"
    section.save_revision().publish()
    settle()
    CatalogueEntry.objects.filter(pk=entry.pk).delete()
    page = read(client, editor, f"/nachrichten/{first.pk}/")
    assert filled_in(page) == ["Hauptamt", "hauptamt@koblenz.example"]


def test_a_moment_is_written_as_it_is_read_aloud(client, author, entry):
    address = ask(client, author, entry)["Location"]
    Message.objects.update(
        sent=dt.datetime(2026, 11, 22, 11, 43, tzinfo=dt.UTC),
        arrived=dt.datetime(2026, 11, 22, 11, 43, tzinfo=dt.UTC),
    )
    page = client.get(address).content.decode()
    assert page.count("22. November 2026, 12:43 Uhr") == 2


def test_a_thread_that_fills_up_is_told_of_once_an_hour(editor, entry, django_capture_on_commit_callbacks):
    first = add_request(entry, KOBLENZ)
    for minutes, mails in ((59, 0), (61, 1), (90, 0), (119, 0), (122, 1)):
        arrived = first.arrived + dt.timedelta(minutes=minutes)
        with django_capture_on_commit_callbacks(execute=True):
            more = add_answer(
                first, sender=KOBLENZ, recipient=env.body, origin=first.origin, destination="",
                sent=arrived, arrived=arrived, delivery=Delivery.RECEIVED,
            )  # fmt: skip
            services.message_arrived.send(sender=Message, message=more)
        assert len(told()) == mails, minutes


def test_who_has_written_since_is_told_of_what_comes_back(editor, entry, django_capture_on_commit_callbacks):
    first = add_request(entry, KOBLENZ)
    add_answer(first, author=editor.subject)
    with django_capture_on_commit_callbacks(execute=True):
        more = add_answer(first, sender=KOBLENZ, recipient=env.body, origin=first.origin, destination="")
        services.message_arrived.send(sender=Message, message=more)
    assert [to for to, _ in told()] == ["redaktion@koblenz.example"]


def test_a_thread_is_read_by_its_two_bodies_and_the_operator(client, author, editor, worms, entry):
    address = ask(client, author, entry)["Location"]
    stranger = add_person("b@trier.example", add_town("07211000", "Trier"), Role.COORDINATOR)
    reader = add_person("liest@worms.example", worms, Role.MEMBER)
    for user, status in ((author, 200), (editor, 200), (add_operator(), 200), (stranger, 404), (reader, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status, user
        assert client.post(address, {"text": "x"}).status_code == status, user
    client.logout()
    assert client.get(address)["Location"].startswith("/konto/login/")


def test_a_refused_message_keeps_its_text_and_shows_the_contact(client, author, foreign):
    address = ask(client, author, foreign)["Location"]
    Message.objects.update(delivery=Delivery.REFUSED, error="recipient")
    page = client.get(address).content.decode()
    assert "liest niemand Nachrichten für diese Kommune" in page
    assert FORM["text"] in page
    assert "nicht zugestellt" in page


def test_markup_in_a_message_is_shown_as_text(client, editor, entry):
    first = add_request(entry, KOBLENZ, text='<script>alert("x")</script>')
    page = read(client, editor, f"/nachrichten/{first.pk}/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_an_empty_list_helps_on(client, author):
    page = read(client, author, "/nachrichten/")
    assert "Beiträge anderer finden" in page


def test_without_a_role_the_list_says_who_reads_messages(client):
    assert "Nachrichten gehen von Kommune zu Kommune" in read(
        client, add_person("neu@x.example"), "/nachrichten/"
    )


def test_the_list_shows_what_waits_first_and_for_how_long(client, editor, entry):
    add_town(KOBLENZ, "Zehausen")
    add_answer(add_request(entry, KOBLENZ, days=5), days=3)
    add_request(entry, KOBLENZ, days=3)
    page = read(client, editor, "/nachrichten/")
    assert "Zehausen fragt: Sensoren auf Parkplätzen" in page
    assert 0 < page.index("offen seit 3 Tagen") < page.index("beantwortet nach 2 Tagen")


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_the_same_queries_however_long(
    client, editor, entry, django_assert_num_queries, number
):
    for n in range(number):
        add_answer(add_request(entry, add_town(f"073390{n:02}", f"Dorf {n}").key, days=3))
    client.force_login(editor)
    client.get("/nachrichten/")
    with django_assert_num_queries(10):
        page = client.get("/nachrichten/").content.decode()
    assert page.count("beantwortet nach") == min(number, 20)


@pytest.mark.parametrize("number", [1, 30])
def test_a_thread_takes_the_same_queries_however_long(
    client, editor, entry, django_assert_num_queries, number
):
    first = add_request(entry, KOBLENZ, days=3)
    for _ in range(number):
        add_answer(first)
    client.force_login(editor)
    client.get(f"/nachrichten/{first.pk}/")
    with django_assert_num_queries(10):
        client.get(f"/nachrichten/{first.pk}/")


@pytest.mark.parametrize("number", [1, 30])
def test_the_line_about_answers_takes_one_query(client, entry, django_assert_num_queries, number):
    for _ in range(number):
        add_answer(add_request(entry, KOBLENZ, days=5), days=2)
    services.refresh_portraits()
    settle()
    template = Template('{% include "content/responses.html" %}')
    context = Context({"document": entry.document, "viewer": Viewer.anonymous()})
    with django_assert_num_queries(1):
        page = template.render(context)
    assert "Antwortet meist innerhalb von 3 Tagen" in page


@pytest.mark.parametrize(
    ("asked", "answered", "said"),
    [
        ([30], [], "Hat eine Anfrage der letzten zwölf Monate noch nicht beantwortet."),
        ([30, 40], [], "Hat von 2 Anfragen der letzten zwölf Monate noch keine beantwortet."),
        ([30], [30], "Antwortet meist am selben Tag (1 von 1 Anfrage)"),
        ([30], [29], "Antwortet meist innerhalb von 1 Tag (1 von 1 Anfrage)"),
        ([30, 40], [27], "Antwortet meist innerhalb von 3 Tagen (1 von 2 Anfragen)"),
    ],
)
def test_what_the_owner_makes_of_requests_stands_on_its_documents_and_its_page(
    client, entry, asked, answered, said
):
    requests = [add_request(entry, KOBLENZ, days=days) for days in asked]
    for request, days in zip(requests, answered, strict=False):
        add_answer(request, days=days)
    services.refresh_portraits()
    settle()
    portrait = CatalogueEntry.objects.get(kind="body")
    for address in (entry.get_absolute_url(), portrait.get_absolute_url(), f"/kommunen/{env.body}/"):
        assert said in " ".join(client.get(address).content.decode().split()), address


def test_a_town_nobody_asked_has_no_such_line(client, entry):
    assert "fakt-responses" not in client.get(entry.get_absolute_url()).content.decode()


def test_the_start_page_says_how_many_wait(client, editor, entry):
    assert "warten auf Antwort" not in read(client, editor, "/mein/")
    add_request(entry, KOBLENZ)
    assert "Eine Anfrage einer anderen Kommune wartet auf Antwort" in read(client, editor, "/mein/")
    add_request(entry, KOBLENZ)
    assert "2 Anfragen anderer Kommunen warten auf Antwort" in read(client, editor, "/mein/")


def told() -> list[tuple[str, str]]:
    """To whom mails went, and about what; the outbox is emptied."""
    sent = sorted((each.to[0], str(each.subject)) for each in mail.outbox)
    mail.outbox.clear()
    return sent


def test_arriving_and_answering_are_told_by_mail_without_the_text(
    client, author, editor, entry, django_capture_on_commit_callbacks
):
    own = Body.objects.get(pk=env.body)
    add_person("koordination@koblenz.example", own, Role.COORDINATOR)
    add_person("schreibt@koblenz.example", own, Role.AUTHOR)
    with django_capture_on_commit_callbacks(execute=True):
        address = ask(client, author, entry)["Location"]
    assert FORM["text"] not in mail.outbox[0].body
    assert address in mail.outbox[0].body
    assert "List-Unsubscribe" in mail.outbox[0].extra_headers
    assert [to for to, _ in told()] == ["koordination@koblenz.example", "redaktion@koblenz.example"]
    with django_capture_on_commit_callbacks(execute=True):
        answer(Message.objects.get(), env.body, Words("Gern."))
    assert [to for to, _ in told()] == ["schreibt@worms.example"]


def test_whoever_switched_such_mails_off_gets_none(
    client, author, editor, entry, django_capture_on_commit_callbacks
):
    Preferences.objects.create(user=editor, mail_requests=False)
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, author, entry)
    assert told() == []


def test_an_answer_to_somebody_who_left_goes_to_the_editors(
    client, author, worms, entry, django_capture_on_commit_callbacks
):
    add_person("koordination@worms.example", worms, Role.COORDINATOR)
    ask(client, author, entry)
    delete_account(author)
    told()
    with django_capture_on_commit_callbacks(execute=True):
        answer(Message.objects.get(), env.body, Words("Gern."))
    assert [to for to, _ in told()] == ["koordination@worms.example"]


def test_where_nobody_edits_the_operator_is_told(client, author, entry, django_capture_on_commit_callbacks):
    add_operator()
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, author, entry)
    assert [to for to, _ in told()] == ["betrieb@mainz.example"]


def test_waiting_requests_are_reminded_of_once_with_one_mail_a_body(
    editor, entry, django_capture_on_commit_callbacks
):
    for days in (8, 9, 1):
        add_request(entry, KOBLENZ, days=days)
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_unanswered(timezone.now()) == 2
    assert mail.outbox[0].body.count("- ") == 2
    assert told() == [("redaktion@koblenz.example", mail_subject())]
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_unanswered(timezone.now()) == 0
    assert told() == []


def mail_subject() -> str:
    name = Body.objects.get(pk=env.body).name
    return f"Wissenshub {env.name}: Anfragen an {name} warten auf eine Antwort"


def test_somebodys_messages_are_in_their_copy_and_lose_their_name_with_the_account(
    client, author, worms, entry
):
    add_person("koordination@worms.example", worms, Role.COORDINATOR)
    ask(client, author, entry)
    (row,) = collect_records(author)["messages"]
    assert row["text"].startswith(FORM["text"])
    delete_account(author)
    message = Message.objects.get()
    assert (message.author, message.text.startswith(FORM["text"])) == (None, True)


def test_an_editor_without_second_factor_reads_no_messages(client, editor, entry, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(editor)
    assert client.get("/nachrichten/")["Location"].startswith("/konto/2fa/")


def test_pages_of_the_list_lead_on(client, editor, entry):
    for _ in range(21):
        add_request(entry, KOBLENZ)
    assert "seite=2" in read(client, editor, "/nachrichten/")
    assert page_of(client, editor, "/nachrichten/?seite=2").count("offen seit heute") == 1
