from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Collection, GroupCollectionPermission

from content.models import BodyPage
from content.services import open_section
from hub.accounts.joining import approve, ask_to_join
from hub.accounts.models import AccountEvent, Role, User
from hub.accounts.refusal import Refused
from hub.accounts.roles import role_in, set_role
from hub.accounts.team import (
    add_domain,
    change_role,
    lock,
    may_reset,
    remove_domain,
    reset_factor,
    unlock,
)
from hub.municipalities.models import Body
from hub.site.services import open_site
from tests.factories.pages import add_section
from tests.factories.people import add_person, add_town

pytestmark = pytest.mark.django_db

PASSWORD = "ein-langes-Kennwort-42"


# A body opens when its first member joins


def test_the_first_member_opens_page_groups_and_library_without_an_operators_hands(operator):
    open_site()
    speyer = add_town("07318000", "Speyer")
    request = ask_to_join(add_person("a@speyer.de"), speyer, Role.COORDINATOR)
    assert approve(request, operator, Role.COORDINATOR)
    page = BodyPage.objects.get(body=speyer)
    assert (page.title, page.live, page.slug) == ("Speyer", True, "speyer")
    assert "Speyer" in page.summary
    person = User.objects.get(email="a@speyer.de")
    assert page.permissions_for_user(person).can_publish()
    assert person.has_perm("wagtailadmin.access_admin")
    library = Collection.objects.get(name="Speyer")
    held = GroupCollectionPermission.objects.filter(collection=library, group__user=person)
    assert held.filter(permission__codename="add_image").exists()
    approve(ask_to_join(add_person("b@speyer.de"), speyer, Role.AUTHOR), person, Role.AUTHOR)
    assert BodyPage.objects.filter(body=speyer).count() == 1
    assert Collection.objects.filter(name__startswith="Speyer").count() == 1


def test_two_bodies_of_one_name_have_pages_groups_and_libraries_of_their_own(operator):
    open_site()
    towns = [add_town(key, "Neustadt", kind=Body.Kind.TOWN) for key in ("07000001", "07000002")]
    people = [add_person(f"a@n{n}.de", town, Role.EDITOR) for n, town in enumerate(towns)]
    assert set(Collection.objects.filter(depth=2).values_list("name", flat=True)) == {
        "Neustadt", "Neustadt (07000002)",
    }  # fmt: skip
    pages = [BodyPage.objects.get(body=town) for town in towns]
    assert [page.slug for page in pages] == ["neustadt", "neustadt-2"]
    assert [page.permissions_for_user(people[0]).can_publish() for page in pages] == [True, False]
    for page in pages:
        open_section(page)
    libraries = [
        set(
            GroupCollectionPermission.objects.filter(group__user=each).values_list(
                "collection__name", flat=True
            )
        )
        for each in people
    ]
    assert libraries == [{"Neustadt"}, {"Neustadt (07000002)"}]
    assert Group.objects.filter(name__contains="Neustadt").count() == 8


def test_a_body_that_has_its_page_keeps_it(worms):
    page = add_section("eigene-seite", worms)
    set_role(add_person("a@worms.de"), worms, Role.EDITOR)
    assert list(BodyPage.objects.filter(body=worms)) == [page]
    assert page.permissions_for_user(User.objects.get(email="a@worms.de")).can_publish()


def test_before_there_is_a_site_roles_are_given_all_the_same(worms, author):
    assert role_in(author, worms) == Role.AUTHOR
    assert not BodyPage.objects.exists()


# Roles, factors, locks, domains


def test_a_role_is_changed_and_noted(worms, coordinator, author):
    assert change_role(author, worms, Role.EDITOR, coordinator)
    assert not change_role(author, worms, Role.EDITOR, coordinator)
    event = AccountEvent.objects.get()
    assert (event.action, event.user, event.actor, event.note) == ("role", author, coordinator, "Redaktion")
    with pytest.raises(Refused):
        change_role(coordinator, worms, Role.MEMBER, author)
    with pytest.raises(Refused, match="keine Rolle"):
        change_role(add_person("x@worms.de"), worms, Role.EDITOR, coordinator)


def test_who_resets_whose_second_factor(worms, coordinator, author, operator):
    second = add_person("zweite@worms.de", worms, Role.COORDINATOR)
    stranger = add_person("x@speyer.de", add_town("07318000", "Speyer"), Role.EDITOR)
    elsewhere = add_person("y@speyer.de", worms, Role.AUTHOR)
    set_role(elsewhere, Body.objects.get(pk="07318000"), Role.COORDINATOR)
    set_role(operator, worms, Role.AUTHOR)
    resets = [author, second, stranger, elsewhere, operator, coordinator]
    assert [may_reset(coordinator, user, worms) for user in resets] == [True, *[False] * 5]
    assert [may_reset(operator, user, worms) for user in resets] == [True, True, True, True, False, True]
    assert not may_reset(author, second, worms)


def test_a_reset_takes_the_factor_away(worms, coordinator, author):
    Authenticator.objects.create(user=author, type="totp", data={})
    with pytest.raises(Refused):
        reset_factor(coordinator, worms, author)
    reset_factor(author, worms, coordinator)
    assert not Authenticator.objects.exists()
    assert AccountEvent.objects.get().action == "factor_reset"


def test_a_locked_account_is_signed_out_and_cannot_sign_in(client: Client, worms, author, operator):
    client.post("/konto/login/", {"login": author.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(author.pk)
    assert lock(author, worms, operator, " Verdacht auf Missbrauch ")
    assert not lock(author, worms, operator, "Noch einmal")
    assert "_auth_user_id" not in client.session
    client.post("/konto/login/", {"login": author.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert unlock(author, worms, operator)
    assert not unlock(author, worms, operator)
    assert role_in(author, worms) == Role.AUTHOR
    events = AccountEvent.objects.order_by("pk").values_list("action", "note")
    assert list(events) == [("locked", "Verdacht auf Missbrauch"), ("unlocked", "")]


def test_only_operators_lock_with_a_reason_and_not_themselves(worms, coordinator, author, operator):
    with pytest.raises(Refused, match="Betrieb"):
        lock(author, worms, coordinator, "weil")
    with pytest.raises(Refused, match="Betrieb"):
        unlock(author, worms, coordinator)
    with pytest.raises(Refused, match="Begründen"):
        lock(author, worms, operator, "  ")
    with pytest.raises(Refused, match="eigene"):
        lock(operator, worms, operator, "weil")
    assert not AccountEvent.objects.exists()


@pytest.mark.parametrize(
    "domain", ["", "worms", "worms .de", "-worms.de", "wo_rms.de", "a" * 64 + ".de", "gmx.de"]
)
def test_bad_domains_are_refused(domain, worms, operator):
    with pytest.raises(Refused):
        add_domain(worms, domain, operator)


def test_domains_are_the_operators_business(worms, coordinator, operator):
    assert add_domain(worms, " poststelle@Worms.DE ", operator).domain == "worms.de"
    assert add_domain(worms, "worms.de", operator).body == worms
    with pytest.raises(Refused, match="Worms bekannt"):
        add_domain(add_town(), "worms.de", operator)
    with pytest.raises(Refused):
        add_domain(worms, "worms.eu", coordinator)
    with pytest.raises(Refused):
        remove_domain(worms, "worms.de", coordinator)
    assert remove_domain(worms, "worms.de", operator)
    assert not remove_domain(worms, "worms.de", operator)
