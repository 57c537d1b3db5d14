"""What the start page offers to people whose body has published nothing yet."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from content.models import BodyPage
from content.services import open_section
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from tests.factories.pages import add_body, add_report, add_section
from tests.theme.entries import KOBLENZ

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def section() -> BodyPage:
    page = add_section("koblenz", add_body(KOBLENZ))
    open_section(page)
    return page


def add_user(name: str = "erika") -> User:
    return User.objects.create_user(f"{name}@koblenz.demo.invalid", "geheim-und-lang")


def sign_in(client: Client, section: BodyPage, role: Role) -> None:
    user = add_user()
    set_role(user, section.body, role)
    client.force_login(user)


def html_of(client: Client) -> str:
    return client.get("/mein/").content.decode()


@pytest.mark.parametrize(
    ("role", "introduces", "invites"),
    [(Role.AUTHOR, False, False), (Role.EDITOR, True, False), (Role.COORDINATOR, True, True)],
)
def test_who_may_write_is_told_the_first_steps_until_something_is_published(
    client: Client, section: BodyPage, role: Role, introduces: bool, invites: bool
) -> None:
    draft = add_report(section, "Entwurf", live=False)
    sign_in(client, section, role)
    html = html_of(client)
    assert "Erste Schritte für Koblenz" in html
    assert "Zurzeit wartet nichts" not in html
    assert (f'<a href="/admin/pages/{section.pk}/edit/">Koblenz vorstellen</a>' in html) is introduces
    assert (f'<a href="/konto/team/{KOBLENZ}/">Kolleginnen und Kollegen einladen</a>' in html) is invites
    assert f'/{section.pk}/">Ersten Bericht schreiben</a>' in html
    draft.save_revision().publish()
    assert "Erste Schritte" not in html_of(client)


def test_other_bodies_and_readers_are_told_no_first_steps(client: Client, section: BodyPage) -> None:
    sign_in(client, section, Role.MEMBER)
    assert "Erste Schritte" not in html_of(client)
    client.force_login(User.objects.create_superuser("betrieb@koblenz.demo.invalid", "geheim-und-lang"))
    assert "Erste Schritte" not in html_of(client)


def test_the_way_to_the_editing_area_is_shown_to_who_may_enter_it(client: Client, section: BodyPage) -> None:
    sign_in(client, section, Role.AUTHOR)
    assert "Zur Redaktion" in html_of(client)
    client.force_login(add_user("ohne"))
    assert "Zur Redaktion" not in html_of(client)
