from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from content.services import open_section
from hub.accounts.inviting import invite
from hub.accounts.joining import approve, ask_to_join
from hub.accounts.models import BodyDomain, Invitation, Role, User
from hub.accounts.roles import role_in
from hub.accounts.team import (
    change_role,
)
from tests.factories.pages import add_report, add_section
from tests.factories.people import add_person, add_town, page_of

pytestmark = pytest.mark.django_db


# Team, as a page


def test_coordinators_invite_resend_and_revoke(
    client: Client, worms, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = page_of(
            client, coordinator, "/konto/team/07319000/", action="invite", email="ob@gmx.de", role="member"
        )
    assert (
        '<a href="#id_private">Diese Person hat keine dienstliche Adresse</a>: Das ist eine private' in page
    )
    assert 'value="ob@gmx.de"' in page
    assert mail.outbox == []
    data = {"action": "invite", "email": "ob@gmx.de", "role": "member", "private": "on"}
    page = page_of(client, coordinator, "/konto/team/07319000/", **data)
    assert "Die Einladung an ob@gmx.de ist unterwegs." in page
    page = page_of(client, coordinator, "/konto/team/07319000/", **data)
    assert "ob@gmx.de war schon eingeladen; die Mail ist noch einmal unterwegs." in page
    assert Invitation.objects.count() == 1
    number = Invitation.objects.get().pk
    Invitation.objects.update(expires=timezone.now() - dt.timedelta(days=1))
    assert "abgelaufen am" in page_of(client, coordinator, "/konto/team/07319000/")
    page = page_of(client, coordinator, "/konto/team/07319000/", action="resend", invitation=number)
    assert "gültig bis" in page
    page = page_of(client, coordinator, "/konto/team/07319000/", action="revoke", invitation=number)
    assert "zurückgezogen" in page
    page = page_of(client, coordinator, "/konto/team/07319000/", action="revoke", invitation=number)
    assert "nicht mehr offen" in page
    page = page_of(
        client, coordinator, "/konto/team/07319000/", action="invite", email="kein-at", role="member"
    )
    assert "Bitte berichtigen Sie, was markiert ist." in page


def test_domains_are_managed_by_operators_only(client: Client, worms, coordinator, operator):
    page = page_of(client, operator, "/konto/team/07319000/", action="add_domain", domain="gmx.de")
    assert "Anbieter privater Postfächer" in page
    page = page_of(client, operator, "/konto/team/07319000/", action="add_domain", domain="worms.de")
    assert "worms.de ist jetzt bekannt." in page
    page = page_of(client, coordinator, "/konto/team/07319000/")
    assert "worms.de" in page
    assert "add_domain" not in page
    page_of(client, coordinator, "/konto/team/07319000/", action="remove_domain", domain="worms.de")
    assert BodyDomain.objects.count() == 1
    page_of(client, operator, "/konto/team/07319000/", action="remove_domain", domain="worms.de")
    assert BodyDomain.objects.count() == 0


def test_one_person_is_changed_removed_locked_and_unlocked(
    client: Client, worms, coordinator, author, operator
):
    section = add_section("worms", worms)
    open_section(section)
    report = add_report(section, "Bericht")
    report.owner = author
    report.save()
    address = f"/konto/team/07319000/{author.pk}/"
    page = page_of(client, coordinator, address)
    assert 'value="author" checked' in page
    assert "Konto sperren" not in page
    assert "Zweiten Faktor zurücksetzen" in page
    page = page_of(client, coordinator, address, action="role", role="editor")
    assert "schreibt@worms.de ist jetzt: Redaktion." in page
    assert role_in(author, worms) == Role.EDITOR
    page_of(client, coordinator, address, action="lock", reason="weil", lock="on")
    assert User.objects.get(pk=author.pk).is_active
    page = page_of(client, operator, address, action="lock", reason="weil")
    assert "Bestätigen Sie, dass das Konto gesperrt werden soll." in page
    assert User.objects.get(pk=author.pk).is_active
    page_of(client, operator, address, action="lock", reason="weil", lock="on")
    assert not User.objects.get(pk=author.pk).is_active
    page = page_of(client, coordinator, "/konto/team/07319000/")
    assert "Gesperrte Konten" in page
    assert "wurde gesperrt (weil)" in page
    page_of(client, operator, address, action="unlock")
    assert User.objects.get(pk=author.pk).is_active
    Authenticator.objects.create(user=author, type="totp", data={})
    page = page_of(client, coordinator, address, action="reset")
    assert "Sprechen Sie zuerst mit der Person" in page
    assert Authenticator.objects.exists()
    page_of(client, coordinator, address, action="reset", spoken="on")
    assert not Authenticator.objects.exists()
    page = page_of(client, coordinator, address, action="remove")
    assert "Wählen Sie, wer die Beiträge übernimmt." in page
    page = page_of(client, coordinator, address, action="remove", heir=coordinator.pk)
    assert "Bestätigen Sie, dass die Person entfernt werden soll." in page
    assert role_in(author, worms) == Role.EDITOR
    page_of(client, coordinator, address, action="remove", heir=coordinator.pk, sure="on")
    assert role_in(author, worms) is None
    report.refresh_from_db()
    assert report.owner == coordinator
    own = f"/konto/team/07319000/{coordinator.pk}/"
    page = page_of(client, coordinator, own, action="role", role="member")
    assert "keine Koordination mehr" in page
    client.force_login(coordinator)
    assert client.post(own, {"action": "unfug"}).status_code == 404


def test_members_see_who_coordinates_and_no_more(client: Client, worms, coordinator, author):
    page = page_of(client, author, "/konto/team/")
    assert "koordination@worms.de" in page
    assert "/konto/team/07319000/" not in page
    assert "/konto/austritt/07319000/" in page
    assert "/konto/team/07319000/" in page_of(client, coordinator, "/konto/team/")
    assert "noch zu keiner Kommune" in page_of(client, add_person("x@y.example"), "/konto/team/")


# Query counts


@pytest.mark.parametrize("number", [1, 4])
def test_the_queue_takes_as_many_queries_for_one_as_for_several(
    client: Client, number, worms, coordinator, django_assert_num_queries
):
    for n in range(number):
        ask_to_join(add_person(f"neu{n}@worms.de"), worms, Role.AUTHOR)
        done = ask_to_join(add_person(f"alt{n}@worms.de"), worms, Role.AUTHOR)
        approve(done, coordinator, Role.AUTHOR)
    client.force_login(coordinator)
    with django_assert_num_queries(7):
        page = client.get("/konto/anfragen/")
    assert page.content.decode().count("neu") >= number


@pytest.mark.parametrize("number", [1, 4])
def test_the_team_takes_as_many_queries_for_one_as_for_several(
    client: Client, number, worms, coordinator, django_assert_num_queries
):
    for n in range(number):
        person = add_person(f"p{n}@worms.de", worms, Role.AUTHOR)
        change_role(person, worms, Role.EDITOR, coordinator)
        invite(coordinator, worms, f"i{n}@worms.de", Role.AUTHOR)
        BodyDomain.objects.create(domain=f"worms{n}.de", body=worms)
        locked = add_person(f"l{n}@worms.de", worms, Role.AUTHOR)
        User.objects.filter(pk=locked.pk).update(is_active=False)
    client.force_login(coordinator)
    with django_assert_num_queries(13):
        client.get("/konto/team/07319000/")


@pytest.mark.parametrize("number", [1, 4])
def test_the_teams_take_as_many_queries_for_one_as_for_several(
    client: Client, number, operator, django_assert_num_queries
):
    for n in range(number):
        town = add_town(f"0700000{n}", f"Stadt {n}")
        add_person(f"p{n}@worms.de", town, Role.COORDINATOR)
    client.force_login(operator)
    with django_assert_num_queries(6):
        client.get("/konto/team/")


@pytest.mark.parametrize("number", [1, 4])
def test_one_request_takes_as_many_queries_for_one_rival_as_for_several(
    client: Client, number, worms, coordinator, django_assert_num_queries
):
    request = ask_to_join(add_person("neu@worms.de"), worms, Role.AUTHOR)
    for n in range(number):
        ask_to_join(add_person(f"a@andere{n}.de"), worms, Role.AUTHOR)
        BodyDomain.objects.create(domain=f"worms{n}.de", body=worms)
    client.force_login(coordinator)
    with django_assert_num_queries(10):
        client.get(f"/konto/anfragen/{request.pk}/")
