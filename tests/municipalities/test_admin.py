"""The directory in Wagtail's admin: for operators, without deleting, by keys that stay."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.accounts.models import User
from hub.municipalities.models import Body
from hub.municipalities.starter import apply_starter

pytestmark = pytest.mark.django_db
FORM = {
    "key": "07315000", "name": "Mainz am Rhein", "kind": "city", "website": "https://www.mainz.de",
    "seat": "", "postcode": "55116", "latitude": "50.0", "longitude": "8.2", "population": "",
    "population_date": "", "area_ha": "", "source": "", "as_of": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def starter():
    apply_starter()


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("betrieb@mainz.demo.invalid", "geheim"))
    return client


def test_operators_search_and_filter_the_list(operator):
    listed = operator.get(reverse("bodies:index"), {"q": "VG Montabaur"}).content.decode()
    assert "Verbandsgemeinde Montabaur" in listed
    assert "Bitburg" not in listed
    assert "Mülheim-Kärlich" in operator.get(reverse("bodies:index"), {"q": "muelheim"}).content.decode()
    listed = operator.get(reverse("bodies:index"), {"kind": "district"}).content.decode()
    assert "Westerwaldkreis" in listed
    assert "Verbandsgemeinde Montabaur" not in listed


@pytest.mark.parametrize("text", ["Mülheim", "Verbandsgemeinde"])
def test_the_list_reads_bodies_in_two_queries_however_many(operator, text):
    operator.get(reverse("bodies:index"))
    with CaptureQueriesContext(connection) as captured:
        operator.get(reverse("bodies:index"), {"q": text})
    assert sum('FROM "municipalities_body"' in query["sql"] for query in captured) == 2


def test_operators_change_a_body_but_not_its_key(operator):
    form = {**FORM, "key": "07315999"}
    answer = operator.post(reverse("bodies:edit", args=["07315000"]), form)
    assert answer.status_code == 302
    body = Body.objects.get(pk="07315000")
    assert (body.name, body.search_name, body.website) == (
        "Mainz am Rhein",
        "mainz am rhein",
        "https://www.mainz.de",
    )
    assert not Body.objects.filter(pk="07315999").exists()


def test_operators_add_a_body_with_a_key_of_its_own(operator):
    form = {**FORM, "key": "sparkasse-mainz", "name": "Sparkasse", "kind": "other"}
    assert operator.post(reverse("bodies:add"), form).status_code == 302
    assert Body.objects.get(pk="sparkasse-mainz").search_name == "sparkasse"


@pytest.mark.parametrize("key", ["07315000", "1234", "Groß"])
def test_a_key_that_is_taken_or_none_is_refused(operator, key):
    answer = operator.post(reverse("bodies:add"), {**FORM, "key": key, "name": "Zweite"})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"key"}
    assert not Body.objects.filter(name="Zweite").exists()


def test_nobody_deletes_a_body(operator):
    operator.post(reverse("bodies:delete", args=["07315000"]))
    assert Body.objects.filter(pk="07315000").exists()


def test_others_do_not_see_the_directory_even_with_the_permission(client):
    user = User.objects.create_user("redaktion@mainz.demo.invalid", "geheim")
    group = Group.objects.create(name="Redaktion")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", "change_body"]))
    user.groups.add(group)
    client.force_login(user)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    assert client.get(reverse("bodies:index")).status_code == 302
    client.post(reverse("bodies:edit", args=["07315000"]), FORM)
    assert Body.objects.get(pk="07315000").name == "Mainz"


def test_editors_choose_a_body_by_searching_instead_of_scrolling(operator, django_assert_num_queries):
    page = operator.get(reverse("body_chooser:choose"))
    assert page.status_code == 200
    assert len(page.context["results"].object_list) == 20
    with CaptureQueriesContext(connection) as captured:
        found = operator.get(reverse("body_chooser:choose_results"), {"q": "muelheim"}).content.decode()
    assert "Mülheim-Kärlich" in found
    assert "Bitburg" not in found
    with django_assert_num_queries(len(captured)):
        operator.get(reverse("body_chooser:choose_results"), {"q": "bad"})
