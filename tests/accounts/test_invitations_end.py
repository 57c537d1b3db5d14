"""An invitation lasts no longer than the say of whoever sent it, and is not sent at any pace."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hub.accounts.inviting import Standing, accept, invite, resend, standing, write_token
from hub.accounts.leaving import delete_account, leave_body
from hub.accounts.models import Invitation, Role, User
from hub.accounts.roles import role_in, set_role
from hub.accounts.team import change_role, lock
from tests.factories.people import add_operator, add_person, add_town

pytestmark = pytest.mark.django_db

TEAM = "/konto/team/07319000/"
SENT = "unterwegs"
WAIT = "Zu viele Einladungen in kurzer Zeit"


@pytest.fixture
def second(worms):
    return add_person("zweite@worms.de", worms, Role.COORDINATOR)


@pytest.fixture
def invited(worms, second) -> Invitation:
    return invite(second, worms, "neu@worms.de", Role.COORDINATOR)


def lock_row(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def demote_row(user: User) -> None:
    user.groups.clear()


@pytest.mark.parametrize("lose", [lock_row, demote_row])
def test_what_was_taken_from_the_inviter_elsewhere_ends_the_invitation(
    client: Client, worms, coordinator, second, invited, lose
):
    user = add_person("neu@worms.de")
    lose(second)
    assert accept(Invitation.objects.get(), user) is None
    assert role_in(user, worms) is None
    client.force_login(user)
    link = f"/konto/einladung/{write_token(invited)}/"
    for response in (client.get(link), client.post(link), Client().get(link)):
        assert response.status_code == 410
        assert "zurückgezogen" in response.content.decode()
    resend(Invitation.objects.get(), coordinator)
    assert accept(Invitation.objects.get(), user) == Role.COORDINATOR


def test_nobody_stands_for_an_invitation_whose_inviter_is_gone(worms, invited):
    Invitation.objects.update(invited_by=None)
    assert standing(Invitation.objects.get()) == Standing.REVOKED


def test_a_coordinator_of_another_body_stands_for_nothing(worms, second, invited):
    set_role(second, worms, Role.EDITOR)
    set_role(second, add_town("07318000", "Speyer"), Role.COORDINATOR)
    assert standing(Invitation.objects.get()) == Standing.REVOKED


def test_an_operator_needs_no_role_and_no_longer_invites_as_none(worms, operator):
    invite(operator, worms, "neu@worms.de", Role.AUTHOR)
    user = add_person("neu@worms.de")
    User.objects.filter(pk=operator.pk).update(is_superuser=False)
    assert accept(Invitation.objects.get(), user) is None
    User.objects.filter(pk=operator.pk).update(is_superuser=True)
    assert accept(Invitation.objects.get(), user) == Role.AUTHOR


END = {
    "demoted": lambda worms, user, by: change_role(user, worms, Role.EDITOR, by),
    "locked": lambda worms, user, by: lock(user, worms, by, "weil"),
    "left": lambda worms, user, by: leave_body(user, worms, None, user),
    "removed": lambda worms, user, by: leave_body(user, worms, None, by),
    "deleted": lambda worms, user, by: delete_account(user),
}


@pytest.mark.parametrize("how", END)
def test_open_invitations_end_with_the_inviters_say(worms, coordinator, second, operator, invited, how):
    invite(coordinator, worms, "bleibt@worms.de", Role.AUTHOR)
    used = Invitation.objects.create(
        email="alt@worms.de", body=worms, invited_by=second, expires=timezone.now(), accepted=timezone.now()
    )
    END[how](worms, second, operator)
    assert set(Invitation.objects.values_list("email", flat=True)) == {"bleibt@worms.de", used.email}


def test_only_those_to_the_body_one_leaves_end(worms, coordinator, second, invited):
    speyer = add_town("07318000", "Speyer")
    set_role(second, speyer, Role.COORDINATOR)
    invite(second, speyer, "dort@speyer.de", Role.AUTHOR)
    leave_body(second, worms, None, second)
    assert Invitation.objects.get().body == speyer


def test_an_operator_who_leaves_a_body_still_stands_for_invitations_to_it(worms, coordinator, operator):
    set_role(operator, worms, Role.COORDINATOR)
    invite(operator, worms, "neu@worms.de", Role.AUTHOR)
    leave_body(operator, worms, None, operator)
    assert standing(Invitation.objects.get()) == Standing.OPEN
    add_operator("zweiter@mainz.example")
    delete_account(operator)
    assert not Invitation.objects.exists()


def test_a_new_role_that_keeps_the_say_keeps_the_invitations(worms, second, operator):
    editor = add_person("r@worms.de", worms, Role.EDITOR)
    change_role(editor, worms, Role.COORDINATOR, operator)
    invite(editor, worms, "neu@worms.de", Role.AUTHOR)
    assert not change_role(editor, worms, Role.COORDINATOR, operator)
    assert Invitation.objects.exists()


# Pace


@pytest.fixture
def team(worms, coordinator, client: Client) -> Client:
    cache.clear()
    client.force_login(coordinator)
    return client


def send(team: Client, email: str, **data: str) -> str:
    form = {"action": "invite", "email": email, "role": "author", **data}
    return team.post(TEAM, form, follow=True).content.decode()


def test_one_address_is_mailed_three_times_an_hour_at_most_by_whomever(
    team, second, django_capture_on_commit_callbacks
):
    other = Client()
    other.force_login(second)
    with django_capture_on_commit_callbacks(execute=True):
        assert SENT in send(team, "neu@worms.de")
        assert SENT in send(other, "Neu@worms.de")
        number = str(Invitation.objects.get().pk)
        resent = team.post(TEAM, {"action": "resend", "invitation": number}, follow=True)
        assert SENT in resent.content.decode()
        page = send(team, "neu@worms.de", role="editor")
        assert (
            WAIT in team.post(TEAM, {"action": "resend", "invitation": number}, follow=True).content.decode()
        )
    assert WAIT in page
    assert SENT not in page
    assert 'value="neu@worms.de"' in page
    assert 'value="editor" checked' in page
    assert len(mail.outbox) == 3
    assert Invitation.objects.get().role == "author"
    assert SENT in send(team, "andere@worms.de")


def test_one_person_invites_only_so_many_people_an_hour(team, settings):
    assert settings.ACCOUNT_RATE_LIMITS["invite"] == "60/h/user,3/h/key"
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invite": "2/h/user,3/h/key"}
    assert SENT in send(team, "n1@worms.de")
    assert SENT in send(team, "n2@worms.de")
    assert WAIT in send(team, "n3@worms.de")
    assert Invitation.objects.count() == 2


def test_what_is_refused_for_another_reason_does_not_count(team):
    for _ in range(4):
        assert "private Adresse" in send(team, "ob@gmx.de")
    assert SENT in send(team, "ob@gmx.de", private="on")
