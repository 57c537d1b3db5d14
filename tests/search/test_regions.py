"""From which region somebody searches: the one they chose, else that of their body."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from hub.accounts.models import HomeAccount, Preferences, Role, User
from hub.accounts.roles import set_role
from hub.municipalities.models import Body
from search.regions import region_of
from tests.factories.people import add_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Body:
    return add_town("07137", "Landkreis Mayen-Koblenz", kind=Body.Kind.DISTRICT)


@pytest.fixture
def town(district: Body) -> Body:
    return add_town("07137003", "Andernach", kind=Body.Kind.TOWN, district=district)


def belong(user: User, body: Body) -> None:
    set_role(user, body, Role.AUTHOR)


def vouch(user: User, body: str, *, hours: int) -> None:
    now = timezone.now()
    HomeAccount.objects.create(
        user=user,
        issuer="https://koblenz.example",
        subject="1",
        body=body,
        role=Role.EDITOR,
        asserted=now,
        checked=now,
        expires=now + dt.timedelta(hours=hours),
    )


@pytest.fixture
def user() -> User:
    return User.objects.create_user("eva@example.org", password="x")


def test_guests_search_from_nowhere_and_are_asked_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert region_of(AnonymousUser()) == ""


def test_what_was_chosen_counts_before_the_own_body(
    user: User, town: Body, django_assert_num_queries: Any
) -> None:
    belong(user, town)
    city = add_town()
    Preferences.objects.create(user=user, region=city)
    with django_assert_num_queries(1):
        assert region_of(user) == city.pk


def test_a_town_lies_in_its_district_and_a_city_in_itself(user: User, town: Body, district: Body) -> None:
    belong(user, town)
    assert region_of(user) == district.pk
    other = User.objects.create_user("max@example.org", password="x")
    city = add_town()
    belong(other, city)
    assert region_of(other) == city.pk


def test_a_member_of_another_instance_searches_from_their_body_while_that_is_asserted(
    user: User, town: Body, district: Body
) -> None:
    vouch(user, town.pk, hours=1)
    assert region_of(user) == district.pk
    HomeAccount.objects.update(expires=timezone.now() - dt.timedelta(hours=1))
    assert region_of(user) == ""


def test_a_body_that_is_not_known_here_lies_nowhere(user: User, django_assert_num_queries: Any) -> None:
    vouch(user, "09999999", hours=1)
    with django_assert_num_queries(3):
        assert region_of(user) == ""
