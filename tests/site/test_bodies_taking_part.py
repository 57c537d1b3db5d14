"""What the page of a body offers to those who could take part in it."""

from __future__ import annotations

import pytest
from django.test import Client

from content.services import open_section
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.municipalities.models import Body
from tests.factories.pages import add_section
from tests.theme.entries import add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER, VILLAGE = "07211000", "07137999"


@pytest.fixture
def client() -> Client:
    add_bodies()
    Body.objects.filter(pk=TRIER).update(latitude=49.757, longitude=6.641)
    Body.objects.create(
        key=VILLAGE, name="Musterhausen", kind=Body.Kind.MUNICIPALITY, latitude=50.30, longitude=7.31
    )
    return Client(headers={"accept-language": "de"})


def page_of(client: Client, key: str) -> str:
    response = client.get(f"/kommunen/{key}/")
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_a_body_without_contributions_is_invited(client: Client) -> None:
    page = page_of(client, VILLAGE)
    assert "Musterhausen hat hier noch nichts veröffentlicht" in page
    assert page.index("noch nichts veröffentlicht") < page.index("Wer antwortet")
    assert f'href="/konto/signup/?next=%2Fkonto%2Fbeitritt%2F%3Fkommune%3D{VILLAGE}"' in page
    client.force_login(User.objects.create_user(email="a@example.org", password="x"))
    assert f'href="/konto/beitritt/?kommune={VILLAGE}"' in page_of(client, VILLAGE)


def test_what_those_nearby_have_published_is_one_link_away(client: Client) -> None:
    assert 'href="#umgebung"' not in page_of(client, VILLAGE)
    add_entry(make_document("A", publishers=(TRIER,)))
    page = page_of(client, VILLAGE)
    assert '<a href="#umgebung">Was Kommunen in der Nähe veröffentlicht haben</a>' in page
    assert 'id="umgebung"' in page


@pytest.mark.parametrize(
    ("role", "writes", "edits"),
    [(Role.MEMBER, False, False), (Role.AUTHOR, True, False), (Role.COORDINATOR, True, True)],
)
def test_who_writes_for_the_body_is_led_to_writing(
    client: Client, role: Role, writes: bool, edits: bool
) -> None:
    section = add_section("musterhausen", Body.objects.get(pk=VILLAGE))
    open_section(section)
    user = User.objects.create_user(email="a@example.org", password="x")
    set_role(user, section.body, role)
    client.force_login(user)
    page = page_of(client, VILLAGE)
    assert ("Erfahrungsbericht schreiben" in page) is writes
    assert (f'href="/konto/beitritt/?kommune={VILLAGE}"' in page) is not writes
    assert (f'<a href="/admin/pages/{section.pk}/edit/">Ansprechstelle eintragen</a>' in page) is edits
    assert "Ansprechstelle eintragen" not in page_of(client, TRIER)


def test_members_of_other_hubs_are_not_asked_to_join(client: Client) -> None:
    client.force_login(User.objects.create(email=None), backend="django.contrib.auth.backends.ModelBackend")
    page = page_of(client, VILLAGE)
    assert "Musterhausen hat hier noch nichts veröffentlicht" in page
    assert "/konto/beitritt/" not in page
