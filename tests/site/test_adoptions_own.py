"""The statements of one's own bodies, checking, publishing together, and what waits."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from content.models import AdoptionPage, CheckPage, CoPublicationPage
from content.statements import services
from content.statements.services import AdoptionFacts
from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.content.conftest import stream
from tests.factories.pages import add_module, add_report, add_section
from tests.factories.people import add_person
from tests.factories.statements import TRIER, Town, add_town_here, entry_of, receive, received_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def trier(client) -> Town:
    town = add_town_here()
    client.force_login(town.editor)
    return town


@pytest.fixture
def target(db) -> CatalogueEntry:
    return receive(received_document(title="Sensorpaket", co_publishers=(TRIER,)))


@pytest.fixture
def adoption(trier, target) -> AdoptionPage:
    return services.adopt(trier.editor, trier.body, target, AdoptionFacts("1.0"))


def page_of(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def act(page, action: str) -> str:
    return f"/erklaerungen/{page.translation_key}/{action}/"


def test_a_check_names_who_has_read_it_and_what_they_add(client, trier, target):
    path = f"/gegenlesen/{target.uuid}/"
    assert target.digest in page_of(client, path)
    client.post(path, {"body": TRIER, "seen": target.digest, "note": "Zwei Tage mehr."})
    settle()
    page = page_of(client, target.get_absolute_url())
    assert "Gegengelesen von" in page
    assert "Zwei Tage mehr." in page
    assert "seither geändert" not in page
    CatalogueEntry.objects.filter(pk=target.pk).update(digest="sha256:neu")
    assert "seither geändert" in page_of(client, target.get_absolute_url())


@pytest.mark.parametrize("kind", ["gegenlesen", "mitherausgabe"])
def test_what_changed_meanwhile_is_read_again_first(client, trier, target, kind):
    path = f"/{kind}/{target.uuid}/"
    response = client.post(path, {"body": TRIER, "seen": "sha256:alt", "note": "Mein Text"})
    page = response.content.decode()
    assert "seit Sie diese Seite geöffnet haben" in page
    assert target.digest in page
    assert ("Mein Text" in page) == (kind == "gegenlesen")
    assert not CheckPage.objects.exists()
    assert not CoPublicationPage.objects.exists()


def test_a_report_by_several_cities_says_who_has_confirmed(client, trier):
    entry = entry_of(add_report(add_section("mainz"), "Gemeinsam", co_publishers=stream(("body", TRIER))))
    page = page_of(client, entry.get_absolute_url())
    assert "genannt, noch nicht bestätigt" in page
    assert f'href="/mitherausgabe/{entry.uuid}/"' in page
    assert "Gemeinsam" in page_of(client, "/erklaerungen/")
    assert "Stand 1 vom" in page_of(client, f"/mitherausgabe/{entry.uuid}/")
    client.post(f"/mitherausgabe/{entry.uuid}/", {"body": TRIER, "seen": entry.digest})
    settle()
    assert "bestätigt am" in page_of(client, entry.get_absolute_url())
    assert "Wartet auf Sie" not in page_of(client, "/erklaerungen/")


@pytest.mark.parametrize("kind", ["nachnutzung/{}/erklaeren", "gegenlesen/{}", "mitherausgabe/{}"])
def test_nothing_is_stated_of_what_may_not_be_read(client, trier, kind):
    entry = receive(received_document(co_publishers=(TRIER,)))
    CatalogueEntry.objects.filter(pk=entry.pk).update(audience="instance", source="")
    visitor = add_person("gast@x.example")
    client.force_login(visitor)
    path = f"/{kind.format(entry.uuid)}/"
    assert client.get(path).status_code == client.post(path, {}).status_code == 404


def test_who_is_not_named_publishes_nothing_together(client, trier):
    entry = receive(received_document())
    assert client.get(f"/mitherausgabe/{entry.uuid}/").status_code == 403
    assert (
        client.post(f"/mitherausgabe/{entry.uuid}/", {"body": TRIER, "seen": entry.digest}).status_code == 403
    )


def test_the_own_statements_can_be_confirmed_ended_and_taken_back(client, adoption):
    page = page_of(client, "/erklaerungen/")
    for action in ("bestaetigen", "beenden", "zurueckziehen"):
        assert act(adoption, action) in page
        assert client.get(act(adoption, action)).status_code == 200
    today = timezone.localdate()
    AdoptionPage.objects.filter(pk=adoption.pk).update(confirmed=today - dt.timedelta(days=380))
    assert "nicht mehr bestätigt" in page_of(client, "/erklaerungen/")
    client.post(act(adoption, "bestaetigen"))
    assert AdoptionPage.objects.get().confirmed == today
    client.post(act(adoption, "beenden"), {"until": today.isoformat()})
    assert AdoptionPage.objects.get().until == today
    client.post(act(adoption, "zurueckziehen"))
    assert not AdoptionPage.objects.get().live
    settle()
    page = page_of(client, "/erklaerungen/")
    assert "zurückgenommen" in page
    assert "Neu abgeben" in page
    client.post(act(adoption, "bestaetigen"))
    assert AdoptionPage.objects.get().live


def test_looking_at_a_step_changes_nothing(client, adoption):
    for action in ("bestaetigen", "beenden", "zurueckziehen"):
        client.get(act(adoption, action))
    page = AdoptionPage.objects.get()
    assert (page.live, page.until, page.get_latest_revision().pk) == (True, None, adoption.latest_revision_id)


@pytest.mark.parametrize("until", ["", "morgen", "2199-01-01", "1970-01-01"])
def test_an_impossible_end_is_refused(client, adoption, until):
    response = client.post(act(adoption, "beenden"), {"until": until})
    assert response.status_code == 200
    assert "kern-error" in response.content.decode()
    assert AdoptionPage.objects.get().until is None


def test_a_check_is_not_ended_and_no_other_action_exists(client, trier, target):
    check = services.check(trier.editor, trier.body, target, target.digest)
    assert client.get(act(check, "beenden")).status_code == 404
    assert client.get(act(check, "loeschen")).status_code == 404
    response = client.post(act(check, "bestaetigen"), {"seen": "sha256:alt"})
    assert "seit Sie diese Seite geöffnet haben" in response.content.decode()


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.AUTHOR])
def test_nobody_else_acts_on_a_statement(client, trier, adoption, role):
    person = add_person("x@trier.example", trier.body if role else None, role or Role.MEMBER)
    client.force_login(person)
    for action in ("bestaetigen", "beenden", "zurueckziehen"):
        for method in (client.get, client.post):
            assert method(act(adoption, action)).status_code == 404
    assert AdoptionPage.objects.get().live
    assert "noch keine solche Rolle" in page_of(client, "/erklaerungen/")


def test_the_owner_of_the_document_does_not_take_the_adoption_back(client, trier):
    owner = add_town_here("07314000", "Ludwigshafen")
    entry = entry_of(add_module(owner.section, "Vorlage"))
    page = services.adopt(trier.editor, trier.body, entry, AdoptionFacts())
    client.force_login(owner.editor)
    assert client.post(act(page, "zurueckziehen")).status_code == 404
    assert AdoptionPage.objects.get().live


def test_a_statement_that_was_deleted_meanwhile_says_so(trier, adoption):
    AdoptionPage.objects.get().delete()
    with pytest.raises(services.StatementRefused, match="gelöscht"):
        services.withdraw(trier.editor, adoption)


def test_the_list_costs_the_same_for_one_as_for_thirty(client, trier, django_assert_num_queries):
    for wave in (range(1), range(1, 30)):
        for number in wave:
            entry = receive(received_document(title=f"Nr. {number}", co_publishers=(TRIER,)))
            receive(received_document(title=f"Wartet {number}", co_publishers=(TRIER,)))
            services.adopt(trier.editor, trier.body, entry, AdoptionFacts())
            services.check(trier.editor, trier.body, entry, entry.digest)
        settle()
        with django_assert_num_queries(15):
            page_of(client, "/erklaerungen/")


def test_ones_statements_are_a_page_of_ones_own_area(client, trier):
    page = page_of(client, "/erklaerungen/")
    assert '<a href="/erklaerungen/" aria-current="page">' in page
    assert "accounts/nav" in page
