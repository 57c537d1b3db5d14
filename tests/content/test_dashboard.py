"""The dashboard of the admin: where to begin writing, and what has been begun."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from content.models import BodyPage, CaseReportPage
from content.services import open_section
from content.writing import INVITATIONS, list_openings
from hub.accounts.models import Role, User
from hub.municipalities.models import Body


def sign_in(client, name: str, *groups) -> User:
    user = User.objects.create_user(f"{name}@koblenz.demo.invalid", "geheim-und-lang")
    user.groups.add(*groups)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    return user


def add_address(section: BodyPage, model: str) -> str:
    return reverse("wagtailadmin_pages:add", args=[*model.split("."), section.pk])


def dashboard(client) -> str:
    return client.get(reverse("wagtailadmin_home"), headers={"accept-language": "de"}).content.decode()


def test_authors_begin_in_their_own_section(client, section, home):
    other = BodyPage(
        title="Trier", slug="trier", summary="T", body=Body.objects.create(key="07211000", name="Trier")
    )
    home.add_child(instance=other)
    sign_in(client, "autor", open_section(section).groups[Role.AUTHOR])
    html = dashboard(client)
    for model, wording in {
        "content.casereportpage": "Erfahrungsbericht schreiben",
        "content.modulepage": "Baustein anlegen",
        "events.eventpage": "Termin anlegen",
    }.items():
        address = add_address(section, model)
        assert f'href="{address}">{wording}</a>' in html
        assert client.get(address).status_code == 200
        assert add_address(other, model) not in html


def test_who_writes_nowhere_is_not_invited(client, section):
    sign_in(client, "gast")
    assert "Erfahrungsbericht schreiben" not in dashboard(client)


def test_own_drafts_are_listed_and_those_of_others_are_not(client, section):
    user = sign_in(client, "autor", open_section(section).groups[Role.AUTHOR])
    stranger = User.objects.create_user("andere@koblenz.demo.invalid", "geheim-und-lang")
    drafts = {
        owner: section.add_child(
            instance=CaseReportPage(
                title=f"Entwurf {owner.pk}", slug=f"entwurf-{owner.pk}", owner=owner, live=False,
                has_unpublished_changes=True, locale=section.locale,
            )
        )
        for owner in (user, stranger)
    }  # fmt: skip
    html = dashboard(client)
    assert reverse("wagtailadmin_pages:edit", args=[drafts[user].pk]) in html
    assert drafts[stranger].title not in html


def test_statistics_are_not_called_reports(client, section):
    client.force_login(User.objects.create_superuser("betrieb@koblenz.demo.invalid", "geheim-und-lang"))
    html = dashboard(client)
    assert '"Auswertungen"' in html
    assert '"Berichte"' not in html


def test_three_kinds_have_a_button_and_the_others_wait_below(client, section):
    sign_in(client, "autor", open_section(section).groups[Role.AUTHOR])
    (opening,) = list_openings(User.objects.get())
    assert [str(wording) for _address, wording in opening.buttons] == [
        "Erfahrungsbericht schreiben", "Baustein anlegen", "Termin anlegen",
    ]  # fmt: skip
    assert len(opening.more) == len(INVITATIONS) - 3
    html = dashboard(client)
    assert (
        html.index("Termin anlegen</a>") < html.index("Weitere Arten") < html.index("Fokusgruppe anlegen</a>")
    )
    for address, _wording in opening.more:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("kind", list(INVITATIONS))
def test_every_kind_that_is_written_has_its_button(section, kind):
    kinds = {getattr(model, "kind", "") for model in type(section).creatable_subpage_models()}
    assert kind in kinds
