from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hub.accounts.inviting import (
    Standing,
    accept,
    invite,
    read_token,
    resend,
    revoke,
    standing,
    write_token,
)
from hub.accounts.joining import ask_to_join
from hub.accounts.models import AccountEvent, HomeAccount, Invitation, JoinRequest, Role, User
from hub.accounts.refusal import Refused
from hub.accounts.roles import role_in, set_role
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db

PASSWORD = "ein-langes-Kennwort-42"


@pytest.fixture
def coordinator(worms):
    return add_person("koordination@worms.de", worms, Role.COORDINATOR, first_name="Karla", last_name="Koch")


@pytest.fixture
def invitation(worms, coordinator) -> Invitation:
    return invite(coordinator, worms, "Neu@Worms.de", Role.EDITOR)


def link(invitation: Invitation) -> str:
    return f"/konto/einladung/{write_token(invitation)}/"


def test_an_invitation_goes_out_with_a_link_for_14_days(
    worms, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(coordinator, worms, " Neu@Worms.de ", Role.EDITOR)
    assert invitation.email == "neu@worms.de"
    assert dt.timedelta(days=13, hours=23) < invitation.expires - timezone.now() <= dt.timedelta(days=14)
    (message,) = mail.outbox
    assert message.to == ["neu@worms.de"]
    assert message.subject == "Wissenshub Mainz: Einladung ins Team von Worms"
    assert "Karla Koch lädt Sie ins Team von Worms" in message.body
    found = re.search(r"http://mainz\.localhost:8001/konto/einladung/(\S+)/\n", message.body)
    assert found
    assert read_token(found[1]) == invitation


def test_inviting_again_renews_the_open_invitation(worms, coordinator, invitation):
    Invitation.objects.update(expires=timezone.now() - dt.timedelta(days=1))
    again = invite(coordinator, worms, "neu@worms.de", Role.AUTHOR)
    assert (again.pk, again.role, standing(again)) == (invitation.pk, "author", Standing.OPEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(email="NEU@worms.de", body=worms, expires=timezone.now())


def test_private_addresses_need_the_box(worms, coordinator):
    with pytest.raises(Refused, match="private Adresse"):
        invite(coordinator, worms, "ob@gmx.de", Role.MEMBER)
    assert invite(coordinator, worms, "ob@gmx.de", Role.MEMBER, private=True).pk


def test_only_deciders_invite_and_nobody_who_is_there(worms, coordinator):
    editor = add_person("r@worms.de", worms, Role.EDITOR)
    with pytest.raises(Refused, match="Nur die Koordination"):
        invite(editor, worms, "x@worms.de", Role.MEMBER)
    with pytest.raises(Refused, match="bereits"):
        invite(coordinator, worms, "R@worms.de", Role.AUTHOR)
    assert invite(coordinator, worms, "r@worms.de", Role.COORDINATOR)


def test_accepting_gives_the_role_once_and_closes_a_waiting_request(worms, coordinator, invitation):
    user = add_person("neu@worms.de")
    request = ask_to_join(user, worms, Role.MEMBER)
    assert accept(invitation, user) == Role.EDITOR
    assert role_in(user, worms) == Role.EDITOR
    event = AccountEvent.objects.get()
    assert (event.action, event.actor, event.user, event.note) == ("joined", coordinator, user, "Redaktion")
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("approved", coordinator)
    set_role(user, worms, None)
    assert accept(invitation, user) is None
    assert role_in(user, worms) is None


def test_accepting_never_lowers_a_role(worms, coordinator, invitation):
    user = add_person("neu@worms.de", worms, Role.COORDINATOR)
    assert accept(invitation, user) == Role.COORDINATOR


def test_the_invitation_is_bound_to_a_confirmed_address(worms, invitation):
    stranger = add_person("anders@worms.de")
    with pytest.raises(Refused, match="andere Adresse"):
        accept(invitation, stranger)
    second = EmailAddress.objects.create(user=stranger, email="neu@worms.de", verified=False)
    with pytest.raises(Refused, match="andere Adresse"):
        accept(invitation, stranger)
    second.verified = True
    second.save()
    assert accept(invitation, stranger) == Role.EDITOR


def test_members_of_other_hubs_accept_nothing(invitation):
    user, now = add_person("neu@worms.de"), timezone.now()
    HomeAccount.objects.create(
        user=user, issuer="https://trier.example", subject="s", body="07211000", role="author",
        asserted=now, checked=now, expires=now,
    )  # fmt: skip
    with pytest.raises(Refused, match="anderen Stadt"):
        accept(invitation, user)


def test_an_expired_invitation_is_not_accepted_until_it_is_sent_again(
    coordinator, invitation, django_capture_on_commit_callbacks
):
    user = add_person("neu@worms.de")
    assert accept(invitation, user, invitation.expires) is None
    Invitation.objects.update(expires=timezone.now())
    assert accept(invitation, user) is None
    with django_capture_on_commit_callbacks(execute=True):
        resend(invitation, coordinator)
    assert len(mail.outbox) == 1
    assert accept(invitation, user) == Role.EDITOR
    with pytest.raises(Refused, match="nicht mehr offen"):
        resend(invitation, coordinator)


def test_a_revoked_invitation_stays_revoked(worms, coordinator, invitation):
    user = add_person("neu@worms.de")
    with pytest.raises(Refused):
        revoke(invitation, user)
    assert revoke(invitation, coordinator)
    assert not revoke(invitation, coordinator)
    assert accept(invitation, user) is None
    with pytest.raises(Refused, match="nicht mehr offen"):
        resend(invitation, coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(accepted=timezone.now())


# Pages


def test_following_the_link_accepts_nothing_and_pressing_the_button_does(client: Client, worms, invitation):
    user = add_person("neu@worms.de")
    client.force_login(user)
    page = client.get(link(invitation))
    assert "Einladung annehmen" in page.content.decode()
    assert role_in(user, worms) is None
    response = client.post(link(invitation), follow=True)
    assert response.redirect_chain == [("/konto/team/", 302)]
    assert "Willkommen im Team von Worms." in response.content.decode()
    assert role_in(user, worms) == Role.EDITOR


def test_a_visitor_signs_up_with_the_invited_address_without_another_mail(
    client: Client, worms, invitation, mailoutbox
):
    page = client.get(link(invitation)).content.decode()
    assert "/konto/signup/?next=/konto/einladung/" in page
    assert "/konto/login/?next=/konto/einladung/" in page
    form = {
        "email": "neu@worms.de", "first_name": "Nele", "last_name": "Neu", "password1": PASSWORD,
        "next": link(invitation),
    }  # fmt: skip
    response = client.post("/konto/signup/", form)
    assert (response.status_code, response["Location"]) == (302, link(invitation))
    user = User.objects.get(email="neu@worms.de")
    assert EmailAddress.objects.get(user=user).verified
    assert [message for message in mailoutbox if "confirm-email" in message.body] == []
    client.post(link(invitation))
    assert role_in(user, worms) == Role.EDITOR
    assert "invitation" not in client.session


def test_another_address_signs_up_but_is_not_confirmed_by_the_link(client: Client, invitation):
    client.get(link(invitation))
    form = {"email": "anders@worms.de", "first_name": "A", "last_name": "B", "password1": PASSWORD}
    client.post("/konto/signup/", form)
    assert not EmailAddress.objects.get(email="anders@worms.de").verified
    assert "_auth_user_id" not in client.session


def test_the_wrong_account_is_told_so_and_cannot_accept(client: Client, worms, invitation):
    user = add_person("anders@worms.de")
    client.force_login(user)
    for response in (client.get(link(invitation)), client.post(link(invitation))):
        assert response.status_code == 403
        assert "für eine andere Adresse" in response.content.decode()
    assert role_in(user, worms) is None


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"accepted": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)}, 410, "schon angenommen"),
        ({"revoked": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)}, 410, "zurückgezogen"),
        ({"expires": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)}, 410, "abgelaufen"),
    ],
)
def test_each_closed_invitation_has_a_page_that_says_why(client: Client, invitation, change, status, words):
    Invitation.objects.update(**change)
    client.force_login(add_person("neu@worms.de"))
    for response in (client.get(link(invitation)), client.post(link(invitation))):
        assert response.status_code == status
        assert words in response.content.decode()
    assert not AccountEvent.objects.exists()


@pytest.mark.parametrize("token", ["1", "1:falsch", "abc:def", "1:", "ü"])
def test_a_tampered_link_is_not_valid(client: Client, invitation, token):
    response = client.get(f"/konto/einladung/{token}/")
    assert response.status_code == 404
    assert "nicht gültig" in response.content.decode()
    forged = write_token(invitation).replace(str(invitation.pk), str(invitation.pk + 1), 1)
    assert client.get(f"/konto/einladung/{forged}/").status_code == 404


def test_a_deleted_invitation_is_not_valid(client: Client, invitation):
    address = link(invitation)
    JoinRequest.objects.all().delete()
    invitation.delete()
    assert client.get(address).status_code == 404
