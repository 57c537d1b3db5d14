"""The digest on other pages: ways to it, figures for reports, the copy and the end of an account."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hub.site.digest.models import Subscription
from hub.site.digest.queries import subscriber_count, subscribers_by_region
from hub.site.digest.services import forget_addresses
from hub.site.personal.records import collect_records
from tests.factories.people import PASSWORD, add_person, add_town
from tests.theme.entries import add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db


def subscribe(email: str, **fields: Any) -> Subscription:
    now = timezone.now()
    return Subscription.objects.create(email=email, **{"asked": now, "confirmed": now, **fields})


def test_every_page_leads_to_it(client: Client) -> None:
    assert '<a href="/rundbrief/">Rundbrief per E-Mail</a>' in client.get("/datenschutz/").content.decode()


def test_the_list_hands_its_filters_over(client: Client) -> None:
    add_bodies()
    add_entry(make_document(topics=("ki",)))
    page = client.get("/wissen/?thema=ki&region=07111000").content.decode()
    assert '<a href="/rundbrief/?thema=ki&amp;region=07111000">' in page
    assert '<a href="/rundbrief/">Neues per E-Mail</a>' in client.get("/wissen/").content.decode()


def test_the_page_of_a_body_leads_to_its_digest(client: Client) -> None:
    add_town("07231134", "Wittlich", kind="town")
    page = client.get("/kommunen/07231134/").content.decode()
    assert '<a href="/rundbrief/?kommune=07231134">Neues aus Wittlich per E-Mail</a>' in page


def test_the_start_page_hands_the_chosen_topics_over(client: Client) -> None:
    user = add_person("erika@mainz.example")
    client.force_login(user)
    assert '<a href="/rundbrief/">' in client.get("/mein/").content.decode()
    region = add_town("07231", "Landkreis Bernkastel-Wittlich", kind="district")
    client.post("/mein/einstellungen/", {"topics": ["ki"], "region": region.pk, "language": "de"})
    page = client.get("/mein/").content.decode()
    assert '<a href="/rundbrief/?thema=ki&amp;region=07231">' in page


def test_privacy_says_what_for_on_which_basis_and_how_long(client: Client) -> None:
    page = client.get("/datenschutz/").content.decode()
    assert 'id="rundbrief"' in page
    assert "Art. 6 Abs. 1 Buchst. a DSGVO" in page
    assert "nach sieben Tagen" in page


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, None), (2, None), (3, 3), (10, 10)])
def test_few_are_not_counted_out(number: int, shown: int | None) -> None:
    for each in range(number):
        subscribe(f"a{each}@wittlich.example")
    subscribe("offen@wittlich.example", confirmed=None)
    assert subscriber_count() == shown


def test_regions_count_those_who_chose_them_or_a_municipality_in_them(django_assert_num_queries: Any) -> None:
    district = add_town("07231", "Landkreis Bernkastel-Wittlich", kind="district")
    add_town("07231134", "Wittlich", kind="town", district=district)
    add_town("07211000", "Trier")
    for each in range(3):
        subscribe(f"a{each}@wittlich.example", regions=["07231"])
    subscribe("b@wittlich.example", regions=["07231134", "07231", "07211000", "unbekannt"])
    for each in range(5):
        subscribe(f"c{each}@wittlich.example")
    subscribe("offen@wittlich.example", regions=["07211000"], confirmed=None)
    with django_assert_num_queries(2):
        rows = subscribers_by_region()
    assert [(row.key, row.name, row.number) for row in rows] == [
        ("", "", 5),
        ("07231", "Landkreis Bernkastel-Wittlich", 4),
        ("07211000", "Trier", None),
    ]


def test_the_copy_of_ones_data_holds_the_digest_of_a_confirmed_address_alone() -> None:
    user = add_person("Erika@mainz.example")
    user.emailaddress_set.create(email="fremd@mainz.example", verified=False)
    subscribe("erika@mainz.example", topics=["ki"])
    subscribe("fremd@mainz.example", topics=["recht"])
    (row,) = collect_records(user)["digest"]
    assert (row["email"], row["topics"]) == ("erika@mainz.example", ["ki"])
    assert "key" not in row


def test_deleting_the_account_ends_the_digest_of_its_confirmed_addresses(client: Client) -> None:
    user = add_person("erika@mainz.example")
    user.emailaddress_set.create(email="fremd@mainz.example", verified=False)
    for email in ("erika@mainz.example", "fremd@mainz.example"):
        subscribe(email)
    client.force_login(user)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert "Ein Rundbrief an Ihre bestätigte Adresse endet" in client.get("/mein/loeschen/").content.decode()
    answer = client.post("/mein/loeschen/", {"confirmation": user.email})
    assert answer["Location"] == "/mein/abschied/"
    assert list(Subscription.objects.values_list("email", flat=True)) == ["fremd@mainz.example"]


def test_forgetting_nobody_forgets_nobody() -> None:
    subscribe("a@wittlich.example")
    forget_addresses([])
    assert Subscription.objects.count() == 1


def test_an_address_has_one_subscription_however_it_is_written() -> None:
    subscribe("a@wittlich.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        subscribe("A@Wittlich.example")


def test_nothing_is_sent_before_it_is_confirmed() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        subscribe("a@wittlich.example", confirmed=None, sent_until=timezone.now())
