from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from hub.accounts.domains import domain_of, is_free_mail, propose_bodies, refuse_free_mail
from hub.accounts.models import (
    BodyDomain,
)
from hub.municipalities.models import Body
from tests.factories.people import add_town

pytestmark = pytest.mark.django_db

KIND = Body.Kind


@pytest.fixture
def worms() -> Body:
    return add_town("07319000", "Worms")


# Domains


@pytest.mark.parametrize(
    "domain",
    ["gmx.de", "web.de", "t-online.de", "freenet.de", "posteo.de", "mailbox.org", "gmail.com", "outlook.de",
     "hotmail.com", "yahoo.de", "icloud.com", "proton.me", "aol.com", "GMX.de", "post.web.de"],
)  # fmt: skip
def test_free_mail_is_known(domain):
    assert is_free_mail(domain)


@pytest.mark.parametrize("domain", ["worms.de", "stadt.mainz.de", "notgmx.de", "de", ""])
def test_work_domains_are_no_free_mail(domain):
    assert not is_free_mail(domain)


def test_free_mail_is_refused_with_what_to_do_instead():
    with pytest.raises(ValidationError) as refused:
        refuse_free_mail("Jemand@GMX.de")
    assert "gmx.de" in refused.value.message
    assert "dienstliche" in refused.value.message
    assert "Einladung" in refused.value.message
    refuse_free_mail("jemand@worms.de")


@pytest.mark.parametrize(
    ("email", "domain"),
    [("A@Worms.DE", "worms.de"), ("a@b@worms.de.", "worms.de"), ("worms.de", ""), ("", "")],
)
def test_the_domain_is_what_stands_behind_the_last_at(email, domain):
    assert domain_of(email) == domain


@pytest.mark.parametrize(
    ("domain", "key"),
    [
        ("worms.de", "07319000"),
        ("stadt-worms.de", "07319000"),
        ("rathaus.worms.de", "07319000"),
        ("stadtworms.de", "07319000"),
        ("vg-otterbach-otterberg.de", "073355009"),
        ("otterbach-otterberg.de", "073355009"),
        ("kreis-mayen-koblenz.de", "07137"),
        ("landkreis-mayen-koblenz.de", "07137"),
        ("bad-duerkheim.de", "07332002"),
        ("badduerkheim.de", "07332002"),
        ("kreis-bad-duerkheim.de", "07332"),
        ("landau.de", "07313000"),
        ("st-goar.de", "07140501"),
        ("sankt-goar.de", "07140501"),
    ],
)
def test_a_domain_that_spells_a_name_proposes_the_body(domain, key, worms):
    add_town("073355009", "Verbandsgemeinde Otterbach-Otterberg", kind=KIND.VERBANDSGEMEINDE)
    add_town("07137", "Landkreis Mayen-Koblenz", kind=KIND.DISTRICT)
    add_town("07332", "Landkreis Bad Dürkheim", kind=KIND.DISTRICT)
    add_town("07332002", "Bad Dürkheim", kind=KIND.TOWN, population=18_000)
    add_town("07313000", "Landau in der Pfalz")
    add_town("07140501", "Sankt Goar", kind=KIND.TOWN)
    if domain == "bad-duerkheim.de" or domain == "badduerkheim.de":
        Body.objects.filter(pk="07332").update(population=10)
    assert propose_bodies(f"jemand@{domain}")[0].key == key


def test_a_known_domain_comes_before_names_and_the_whole_before_its_parent(worms):
    mainz, office = add_town("07315000", "Mainz"), add_town("amt", "Amt", kind=KIND.OTHER)
    BodyDomain.objects.create(domain="mainz.de", body=mainz)
    BodyDomain.objects.create(domain="worms.mainz.de", body=office)
    assert propose_bodies("a@it.worms.mainz.de") == [office, mainz, worms]
    assert propose_bodies("a@stadt.mainz.de") == [mainz]


def test_at_most_five_bodies_are_proposed_larger_ones_first():
    for number in range(7):
        add_town(f"0733100{number}", f"Neustadt {number}", population=number + 1)
    assert [body.population for body in propose_bodies("a@neustadt.de")] == [7, 6, 5, 4, 3]


def test_a_dissolved_body_is_replaced_by_its_successor_or_left_out(worms):
    gone = add_town("07319999", "Herrnsheim", dissolved=dt.date(2020, 1, 1), successor=worms)
    older = add_town("07319998", "Abenheim", dissolved=dt.date(2010, 1, 1), successor=gone)
    lost = add_town("07319997", "Verloren", dissolved=dt.date(2010, 1, 1))
    for domain, body in [("herrnsheim.de", gone), ("abenheim.de", older), ("verloren.de", lost)]:
        BodyDomain.objects.create(domain=domain, body=body)
    assert propose_bodies("a@herrnsheim.de") == [worms]
    assert propose_bodies("a@abenheim.de") == [worms]
    assert propose_bodies("a@verloren.de") == []


@pytest.mark.parametrize("email", ["a@gmx.de", "kein-at", "", "a@xy.de"])
def test_nothing_is_proposed_for_free_mail_and_unknown_domains(email, worms):
    add_town("gmx", "Gmx", kind=KIND.OTHER)
    assert propose_bodies(email) == []
