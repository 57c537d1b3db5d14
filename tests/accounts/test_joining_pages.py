from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from hub.accounts.joining import ask_to_join
from hub.accounts.models import BodyDomain, HomeAccount, JoinRequest, Role, User
from hub.accounts.roles import role_in
from tests.factories.people import add_person, add_town, page_of

pytestmark = pytest.mark.django_db


# Who sees which page


def test_pages_ask_for_a_sign_in(client: Client, worms):
    for address in ("beitritt/", "anfragen/", "anfragen/1/", "team/", "team/07319000/", "austritt/07319000/"):
        response = client.get(f"/konto/{address}")
        assert (response.status_code, response["Location"]) == (302, f"/konto/login/?next=/konto/{address}")


def test_for_others_teams_and_requests_are_not_there(client: Client, worms, coordinator, author):
    request = ask_to_join(add_person("neu@worms.de"), worms, Role.AUTHOR)
    stranger = add_person("chef@speyer.de", add_town("07318000", "Speyer"), Role.COORDINATOR)
    for user in (author, stranger, request.user):
        client.force_login(user)
        for address in (f"anfragen/{request.pk}/", "team/07319000/", f"team/07319000/{author.pk}/"):
            assert client.get(f"/konto/{address}").status_code == 404
            assert (
                client.post(f"/konto/{address}", {"action": "approve", "role": "editor"}).status_code == 404
            )
    client.force_login(coordinator)
    for address in ("team/00000000/", f"team/07319000/{stranger.pk}/", "anfragen/999999/"):
        assert client.get(f"/konto/{address}").status_code == 404
    assert client.put("/konto/team/07319000/").status_code == 405
    assert client.post("/konto/team/07319000/", {"action": "unfug"}).status_code == 404
    assert client.post("/konto/team/07319000/", {"action": "revoke", "invitation": "x"}).status_code == 404


# Joining, as a page


def test_the_form_proposes_searches_and_keeps_what_was_typed(client: Client, worms):
    speyer = add_town("07318000", "Speyer")
    user = add_person("neu@worms.de")
    page = page_of(client, user, "/konto/beitritt/")
    assert 'value="07319000" checked' in page
    assert "07318000" not in page
    typed = {"body": "07319000", "search": "spey", "role": "editor", "message": "Guten <Tag>"}
    page = page_of(client, user, "/konto/beitritt/", action="search", **typed)
    assert 'value="07318000"' in page
    assert 'value="07319000" checked' in page
    assert 'value="editor" checked' in page
    assert 'value="spey"' in page
    assert "Guten &lt;Tag&gt;" in page
    assert not JoinRequest.objects.exists()
    page = page_of(client, user, "/konto/beitritt/", action="ask", **(typed | {"body": speyer.pk}))
    assert "Ihre Anfrage an Speyer ist eingegangen." in page
    assert "Es entscheidet der Betrieb des Wissenshubs." in page
    page = page_of(client, user, "/konto/beitritt/", action="search", search="xyzzy")
    assert "„xyzzy“ steht noch nicht im Verzeichnis." in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"body": ""}, "Wählen Sie Ihre Kommune."),
        ({"body": "99999999"}, "steht nicht im Verzeichnis"),
        ({"role": "king"}, "king"),
        ({"message": "x" * 1001}, "kürzen Sie den Text um"),
    ],
)
def test_bad_input_is_named_and_the_rest_kept(client: Client, worms, change, words):
    data = {"action": "ask", "body": "07319000", "role": "editor", "message": "Guten Tag", "search": ""}
    page = page_of(client, add_person("neu@worms.de"), "/konto/beitritt/", **(data | change))
    assert "Bitte berichtigen Sie, was markiert ist." in page
    assert words in page
    assert "Guten Tag" in page or "xxx" in page
    assert not JoinRequest.objects.exists()


def test_states_of_a_request_are_shown_and_it_can_be_withdrawn(client: Client, worms, coordinator):
    user = add_person("neu@worms.de")
    request = ask_to_join(user, worms, Role.AUTHOR)
    page = page_of(client, user, "/konto/beitritt/")
    assert "Es entscheidet: Koordination von Worms." in page
    page = page_of(client, user, "/konto/beitritt/", action="withdraw", request=request.pk)
    assert "Sie haben die Anfrage zurückgezogen." in page
    page = page_of(client, user, "/konto/beitritt/", action="withdraw", request=request.pk)
    assert "Über die Anfrage war schon entschieden." in page
    again = ask_to_join(user, worms, Role.AUTHOR)
    page_of(client, coordinator, f"/konto/anfragen/{again.pk}/", action="decline", reason="Bitte anrufen.")
    page = page_of(client, user, "/konto/beitritt/")
    assert "Bitte anrufen." in page
    assert "Sie können erneut anfragen." in page
    client.force_login(coordinator)
    for number in (again.pk, "x", "", "9" * 30):
        response = client.post("/konto/beitritt/", {"action": "withdraw", "request": number})
        assert response.status_code == 404


def test_accounts_that_cannot_ask_read_why(client: Client, worms):
    user, now = add_person("neu@worms.de"), timezone.now()
    EmailAddress.objects.filter(user=user).update(verified=False)
    assert "Bestätigen Sie zuerst" in page_of(client, user, "/konto/beitritt/", action="ask", body="07319000")
    HomeAccount.objects.create(
        user=user, issuer="https://trier.example", subject="s", body="07211000", role="author",
        asserted=now, checked=now, expires=now + dt.timedelta(hours=1),
    )  # fmt: skip
    response = client.post("/konto/beitritt/", {"action": "ask", "body": "07319000", "role": "author"})
    assert (response.status_code, response["Location"]) == (302, "/konto/instanz/")
    assert not JoinRequest.objects.exists()


# Deciding, as a page


def test_an_operator_of_a_new_body_is_told_to_make_a_coordinator(client: Client, worms, operator):
    request = ask_to_join(add_person("neu@worms.de"), worms, Role.AUTHOR)
    BodyDomain.objects.create(domain="stadt-worms.de", body=worms)
    page = page_of(client, operator, f"/konto/anfragen/{request.pk}/")
    assert 'value="coordinator" checked' in page
    assert "hat noch keine Koordination" in page
    assert "gehört nicht zu den bekannten dieser Kommune: stadt-worms.de" in page
    page = page_of(client, operator, f"/konto/anfragen/{request.pk}/", action="approve", role="coordinator")
    assert "gehört jetzt zum Team von Worms" in page
    page = page_of(client, operator, f"/konto/anfragen/{request.pk}/", action="approve", role="author")
    assert "Die Anfrage war schon angenommen: von betrieb@mainz.example" in page
    assert role_in(request.user, worms) == Role.COORDINATOR


def test_declining_without_a_reason_is_refused_on_the_page(client: Client, worms, coordinator):
    request = ask_to_join(add_person("neu@worms.de"), worms, Role.AUTHOR)
    page = page_of(client, coordinator, f"/konto/anfragen/{request.pk}/", action="decline", reason=" ")
    assert "Begründen Sie die Ablehnung" in page
    page = page_of(client, coordinator, f"/konto/anfragen/{request.pk}/", action="approve", role="king")
    assert "Bitte berichtigen Sie, was markiert ist." in page
    User.objects.filter(pk=request.user_id).update(is_active=False)
    page = page_of(client, coordinator, f"/konto/anfragen/{request.pk}/", action="approve", role="author")
    assert "Das Konto ist gesperrt." in page
    assert JoinRequest.objects.get().state == "pending"
