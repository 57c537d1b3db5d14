"""Whose page a body page is."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from content.models import BodyPage
from content.services import open_section
from hub.accounts.models import Role
from tests.factories.pages import add_body, add_section
from tests.factories.people import add_operator, add_person

pytestmark = pytest.mark.django_db
EMPTY = {f"{name}-count": "0" for name in ("text", "files", "relations")} | {
    f"comments-{part}": "0" for part in ("TOTAL_FORMS", "INITIAL_FORMS")
}


@pytest.fixture
def worms() -> BodyPage:
    page = add_section("worms", add_body("07319000", "Worms"))
    open_section(page)
    return page


def edit(client: Client, page: BodyPage, **changes: str):
    form = page.get_edit_handler().get_form_class()(instance=page, for_user=None)
    streams = {"text", "files", "relations"}
    data = {name: form[name].value() or "" for name in set(form.fields) - streams}
    return client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        {**data, **EMPTY, "topics": ["ki"], "action-publish": "x", **changes},
    )


@pytest.mark.parametrize("role", [Role.EDITOR, None])
def test_a_section_never_speaks_for_another_body(client: Client, worms: BodyPage, role: Role | None):
    koblenz = add_body("07111000", "Koblenz")
    user = add_person("redaktion@worms.example", worms.body, role) if role else add_operator()
    client.force_login(user)
    response = edit(client, worms, body=koblenz.pk, title="Worms am Rhein")
    assert response.status_code == 302, response.context["form"].errors
    changed = BodyPage.objects.get(pk=worms.pk).get_latest_revision_as_object()
    assert (changed.title, changed.body_id) == ("Worms am Rhein", worms.body_id)


def test_a_body_has_one_page_in_a_language(worms: BodyPage):
    second = BodyPage(title="Worms", slug="worms-2", locale=worms.locale)
    form_class = BodyPage.get_edit_handler().get_form_class()
    form = form_class(data={"body": worms.body_id, **EMPTY}, instance=second, parent_page=worms.get_parent())
    form.is_valid()
    assert "Worms" in str(form.errors["body"])
    assert isinstance(form.errors.as_data()["body"][0], ValidationError)


def test_the_address_of_an_account_is_changed_only_where_it_is_confirmed(client: Client, worms: BodyPage):
    author = add_person("autor@worms.example", worms.body, Role.AUTHOR)
    client.force_login(author)
    address = reverse("wagtailadmin_account")
    page = client.get(address).content.decode()
    assert 'name="name_email-email"' not in page
    client.post(address, {"name_email-first_name": "A", "name_email-email": "fremd@evil.example"})
    author.refresh_from_db()
    assert author.email == "autor@worms.example"
