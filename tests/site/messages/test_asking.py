"""The form for asking: who may, what is filled in, and what is said about mistakes."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from hub.accounts.models import HomeAccount, Role, User
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.messages import services
from hub.messages.models import Delivery, Message
from hub.messages.services import Words, close
from tests.factories.people import add_person, add_town
from tests.site.messages.asking import FORM, ask, read
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db


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
