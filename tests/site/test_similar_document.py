"""„Which town like mine runs this, at what cost, and who answers?“"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django import template
from django.test import Client, RequestFactory
from django.utils import timezone

from hub.accounts.belonging import own_bodies
from hub.accounts.models import HomeAccount, User
from hub.documents import Relation, Viewer
from hub.municipalities.models import Body
from hub.site.templatetags.similar import LikeMine, runs_like_mine
from tests.factories.people import add_person
from tests.site.similar_towns import (
    FAR,
    LONG_AGO,
    MINE,
    NEXT,
    TWIN,
    VERY_LONG_AGO,
    VILLAGE,
    YESTERDAY,
    add_adoption,
    add_module,
    add_report,
    add_town,
    names,
    open_similar_towns,
    page_of,
)
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    return open_similar_towns()


@pytest.mark.parametrize(
    ("days", "wording", "in_common"),
    [
        ({}, "nutzt es nach eigener Erklärung", True),
        ({"until": 0}, "nutzt es nach eigener Erklärung", True),
        ({"until": -1}, "hat es genutzt, inzwischen nicht mehr", False),
        ({"since": 1}, "wird es nutzen", False),
        ({"confirmed": -380}, "nutzt es, hat das aber länger nicht bestätigt", False),
    ],
)
def test_an_adoption_says_how_it_stands_and_counts_while_it_is_current(
    client: Client, days: dict[str, int], wording: str, in_common: bool
) -> None:
    """``days`` from today on: it may be another day than when the tests were collected."""
    module = add_module()
    add_adoption(module, MINE)
    add_adoption(
        module, TWIN, **{name: timezone.localdate() + dt.timedelta(days=n) for name, n in days.items()}
    )
    page = page_of(client, f"/aehnlich/{MINE}/?dokument={module.uuid}")
    part = page.partition("Zwillingsstadt</a>")[2].partition("</ul>")[0]
    assert wording in part
    assert ("nutzt auch Formularserver" in part) is in_common


@pytest.mark.parametrize("faulty", [{"key": FAR}, {"publishers": (TWIN, NEXT)}, {"confirmed": VERY_LONG_AGO}])
def test_adoptions_that_count_for_nothing_are_not_shown(client: Client, faulty: dict[str, Any]) -> None:
    module = add_module("Formularserver", FAR)
    add_adoption(module, **faulty)
    page = page_of(client, f"/aehnlich/{MINE}/?dokument={module.uuid}")
    assert "nutzt es" not in page


def test_of_two_adoptions_by_one_body_the_last_confirmed_holds(client: Client) -> None:
    module = add_module()
    add_adoption(module, TWIN, until=YESTERDAY)
    add_adoption(module, TWIN, confirmed=LONG_AGO)
    page = page_of(client, f"/aehnlich/{MINE}/?dokument={module.uuid}")
    assert "hat es genutzt" in page
    assert "länger nicht bestätigt" not in page


def test_who_runs_a_document_are_its_publisher_adopters_and_what_is_connected(client: Client) -> None:
    module = add_module("Formularserver", FAR)
    add_adoption(module, TWIN)
    add_adoption(module, NEXT, until=YESTERDAY)
    link = (Relation(type="uses", target=module.object_id),)
    add_report("Bericht zum Formularserver", VILLAGE, relations=link)
    add_report("Anderes", TWIN)
    page = page_of(client, f"/aehnlich/{MINE}/?dokument={module.uuid}")
    for wording in (
        "Welche Kommune wie Meinstadt betreibt das?",
        "nutzt es nach eigener Erklärung",
        "hat es genutzt, inzwischen nicht mehr",
        "hat es veröffentlicht",
        "hat etwas, das damit zusammenhängt",
        "4.800\u00a0€",
        '<a href="mailto:zukunft@zwilling.demo.invalid">Stabsstelle Zukunft</a>',
    ):
        assert wording in page, wording
    assert "Anderes" not in page
    assert names(client, f"?dokument={module.uuid}") == [
        "Zwillingsstadt",
        "Nachbarstadt",
        "Großstadt",
        "Dorfheim",
    ]


def test_reports_on_the_same_software_answer_for_a_report(client: Client) -> None:
    report = add_report("Bericht", FAR, software=("Nextcloud 28",))
    add_report("Auch damit", TWIN, software=("nextcloud",))
    add_report("Womit anders", NEXT, software=("SessionNet",))
    assert names(client, f"?dokument={report.uuid}") == ["Zwillingsstadt", "Großstadt"]
    assert "berichtet über dieselbe Software" in page_of(client, f"/aehnlich/{MINE}/?dokument={report.uuid}")


def test_what_the_town_itself_runs_stands_on_top(client: Client) -> None:
    module = add_module()
    add_adoption(module, MINE)
    page = page_of(client, f"/aehnlich/{MINE}/?dokument={module.uuid}")
    own = page.partition('id="eigene"')[2].partition("</section>")[0]
    assert "nutzt es nach eigener Erklärung" in own


@pytest.mark.parametrize("wanted", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_unknown_document_answers_404(client: Client, wanted: str) -> None:
    for address in (f"/aehnlich/{MINE}/", "/aehnlich/"):
        assert client.get(f"{address}?dokument={wanted}").status_code == 404


@pytest.mark.parametrize("hidden", [{"audience": "members"}, {"kind": "news"}, {"kind": "adoption"}])
def test_a_document_that_cannot_be_read_or_taken_over_answers_404(
    client: Client, hidden: dict[str, Any]
) -> None:
    entry = add_entry(make_document("Geheim", publishers=(TWIN,), **hidden))
    response = client.get(f"/aehnlich/{MINE}/?dokument={entry.uuid}")
    assert response.status_code == 404
    assert "Geheim" not in response.content.decode()


def test_an_adoption_of_what_may_not_be_read_is_not_shown(client: Client) -> None:
    module = add_module("Internes Werkzeug", audience="members")
    add_adoption(module, TWIN)
    assert names(client) == []


def test_received_documents_count_like_own_ones(client: Client) -> None:
    origin = "http://trier.localhost:8004"
    add_entry(make_document("Von dort", origin=origin, publishers=(TWIN,)), source="trier")
    assert "Von dort" in page_of(client, f"/aehnlich/{MINE}/")


def test_guests_choose_their_municipality_by_a_search(client: Client) -> None:
    add_town("07137009", "Meinstedt", 9_000)
    page = page_of(client, "/aehnlich/?q=Meinst")
    assert f'<a href="/aehnlich/{MINE}/">Meinstadt</a>' in page
    assert 'value="Meinst"' in page


def test_the_only_municipality_found_is_gone_to_at_once(client: Client) -> None:
    module = add_module()
    assert client.get("/aehnlich/?q=Meinst")["Location"] == f"/aehnlich/{MINE}/"
    asked = client.get(f"/aehnlich/?q=Meinst&dokument={module.uuid}&seite=3")
    assert asked["Location"] == f"/aehnlich/{MINE}/?dokument={module.uuid}"


def test_the_document_asked_about_is_kept_while_choosing(client: Client) -> None:
    module = add_module()
    add_town("07137009", "Meinstedt", 9_000)
    page = page_of(client, f"/aehnlich/?q=Meinst&dokument={module.uuid}")
    assert f'<input type="hidden" name="dokument" value="{module.uuid}">' in page
    assert f'<a href="/aehnlich/{MINE}/?dokument={module.uuid}">Meinstadt</a>' in page


@pytest.mark.parametrize("text", ["Atlantis", "%00", "%25", "x" * 500])
def test_choosing_in_vain_helps_on(client: Client, text: str) -> None:
    page = page_of(client, f"/aehnlich/?q={text}")
    assert 'name="q"' in page
    assert f'href="/aehnlich/{MINE}/"' not in page


def test_members_are_offered_their_own_body(client: Client) -> None:
    client.force_login(add_person("a@meinstadt.example", Body.objects.get(pk=MINE)))
    page = page_of(client, "/aehnlich/")
    assert f'<a class="kern-btn kern-btn--primary" href="/aehnlich/{MINE}/">' in page


@pytest.mark.parametrize("number", [1, 30])
def test_choosing_costs_the_same_queries_however_many_are_found(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    for index in range(number):
        add_town(f"071380{index:02}", f"Ort {index:02}", 24_000)
    add_town("07138099", "Ort am Ende", 24_000)
    with django_assert_num_queries(2):
        client.get("/aehnlich/?q=Ort")


def test_guests_find_a_field_for_their_municipality_at_each_document(
    client: Client, django_assert_num_queries: Any
) -> None:
    module = add_module()
    page = page_of(client, module.get_absolute_url() if module.path else f"/id/{module.uuid}")
    part = page.partition('id="kommunen-wie-meine"')[2].partition("</section>")[0]
    assert 'action="/aehnlich/"' in part
    assert f'name="dokument" value="{module.uuid}"' in part


def test_members_see_at_each_document_who_like_them_runs_it(client: Client) -> None:
    client.force_login(add_person("a@meinstadt.example", Body.objects.get(pk=MINE)))
    module = add_module("Formularserver", FAR)
    for key in (VILLAGE, NEXT, TWIN):
        add_adoption(module, key)
    page = page_of(client, f"/id/{module.uuid}")
    part = page.partition('id="kommunen-wie-meine"')[2].partition("</section>")[0]
    order = [part.index(name) for name in ("Zwillingsstadt", "Nachbarstadt", "Großstadt")]
    assert order == sorted(order)
    assert "Dorfheim" not in part
    assert f'href="/aehnlich/{MINE}/?dokument={module.uuid}">Alle 4 Kommunen zeigen' in part


def test_kinds_that_nobody_runs_have_no_such_part(client: Client) -> None:
    entry = add_entry(make_document("Meldung", kind="news", case=None, costs=None, publishers=(TWIN,)))
    assert "kommunen-wie-meine" not in page_of(client, f"/id/{entry.uuid}")


@pytest.mark.parametrize("number", [1, 30])
def test_a_document_costs_members_the_same_queries_however_many_run_it(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    person = add_person("a@meinstadt.example", Body.objects.get(pk=MINE))
    module = add_module("Formularserver", FAR)
    for index in range(number):
        add_town(f"071380{index:02}", f"Ort {index:02}", 24_000)
        add_adoption(module, f"071380{index:02}")
    request = RequestFactory().get("/")
    request.user = person
    context = template.Context({"request": request, "viewer": Viewer.local()})
    with django_assert_num_queries(
        6
    ):  # cold: roles, position, bodies, what they run, vocabulary, what is shown
        part = runs_like_mine(context, module)
    again = RequestFactory().get("/")
    again.user = person
    context = template.Context({"request": again, "viewer": Viewer.local()})
    with django_assert_num_queries(5):  # warm: what they run is known
        assert runs_like_mine(context, module) == part
    assert part is not None
    assert part.total == number + 1


def test_guests_cost_a_document_no_query(client: Client, django_assert_num_queries: Any) -> None:
    module = add_module()
    context = template.Context({"request": RequestFactory().get("/"), "viewer": Viewer.anonymous()})
    with django_assert_num_queries(0):
        assert runs_like_mine(context, module) == LikeMine()


def test_members_of_another_hub_look_from_the_body_their_hub_asserts(client: Client) -> None:
    guest = User.objects.create(email=None, first_name="Gast")
    day = timezone.now()
    HomeAccount.objects.create(
        user=guest, issuer="https://trier.example", subject="1", body=TWIN, role="editor",
        asserted=day, checked=day, expires=day + dt.timedelta(hours=1),
    )  # fmt: skip
    assert [body.pk for body in own_bodies(guest)] == [TWIN]
    HomeAccount.objects.update(expires=day - dt.timedelta(hours=1))
    assert own_bodies(guest) == []
