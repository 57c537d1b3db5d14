from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from hub.documents import Audience, Event, Relation, SessionNote, Text
from hub.env import env
from hub.municipalities.models import Body
from hub.site.cursors import encode_cursor
from tests.factories.people import add_operator
from tests.theme.entries import KOBLENZ, NOW, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"
MAINZ = "07315000"
ELSEWHERE = "https://wissen.mainz.invalid"


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client()


def ask(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    response = client.get(ROOT + path.removeprefix(env.origin + ROOT), headers=headers)
    assert response.status_code == status, response.content
    return json.loads(response.content)


def titles(client: Client, query: str = "") -> list[str]:
    return [record["title"] for record in ask(client, f"/records{query}")["records"]]


def walk(client: Client, path: str) -> list[dict[str, Any]]:
    pages = []
    following: str | None = path
    while following:
        pages.append(ask(client, following))
        following = pages[-1]["next"]
    return pages


def add_event(title: str, starts: dt.datetime, hours: int = 2) -> None:
    event = Event(starts=starts, ends=starts + dt.timedelta(hours=hours), location="Rathaus")
    add_entry(make_document(title, kind="event", event=event, case=None, costs=None))


def test_a_record_says_what_it_is_whose_and_what_it_costs(client: Client) -> None:
    entry = add_entry(path="/koblenz/parken/")
    (record,) = ask(client, "/records")["records"]
    assert record["id"] == entry.object_id
    assert record["url"] == f"{env.origin}/koblenz/parken/"
    assert record["api_url"] == f"{env.origin}{ROOT}/records/{entry.uuid}"
    assert record["publishers"] == [{"key": KOBLENZ, "name": "Koblenz"}]
    assert record["topics"] == [{"code": "mobilitaet", "name": "Mobilität"}]
    assert (record["once_eur"], record["monthly_eur"], record["first_year_eur"]) == (96_400, 1_180, 110_560)
    assert (record["maturity"], record["licence"], record["event"]) == ("operation", None, None)
    assert dt.datetime.fromisoformat(record["changed"]) == entry.changed


def test_filters_narrow_and_values_of_one_are_alternatives(client: Client) -> None:
    add_entry(make_document("A", topics=("ki",)))
    add_entry(make_document("B", topics=("ki", "recht"), publishers=(MAINZ,)), licence="CC-BY-4.0")
    add_entry(make_document("C", topics=("recht",), kind="module", case=None))
    assert titles(client, "?topic=ki") == ["A", "B"]
    assert titles(client, "?topic=ki&topic=recht&kind=module") == ["C"]
    assert titles(client, f"?body={MAINZ}") == ["B"]
    assert titles(client, f"?region={KOBLENZ}") == ["A", "C"]
    assert titles(client, "?licence=CC-BY-4.0") == ["B"]


def test_publishers_can_be_asked_for_by_their_kind(client: Client) -> None:
    Body.objects.create(key="073355011", name="Otterbach", kind=Body.Kind.VERBANDSGEMEINDE)
    add_entry(make_document("A", publishers=("073355011",)))
    add_entry(make_document("B"))
    assert titles(client, "?body_kind=verbandsgemeinde") == ["A"]
    assert titles(client, "?body_kind=verbandsgemeinde&body_kind=city") == ["A", "B"]


def test_events_can_be_asked_for_by_their_days(client: Client) -> None:
    add_event("früh", dt.datetime(2026, 11, 1, 22, 30, tzinfo=dt.UTC), hours=4)
    add_event("spät", dt.datetime(2026, 12, 1, 9, 0, tzinfo=dt.UTC))
    add_entry(make_document("Bericht"))
    assert titles(client, "?event_from=2026-11-02") == ["früh", "spät"]
    assert titles(client, "?event_from=2026-11-03") == ["spät"]
    assert titles(client, "?event_to=2026-11-01") == ["früh"]
    assert titles(client, "?event_from=2026-11-01&event_to=2200-12-31&kind=event") == ["früh", "spät"]
    record = ask(client, "/records?kind=event")["records"][0]
    assert record["event"] == {
        "starts": "2026-11-01T22:30:00Z",
        "ends": "2026-11-02T02:30:00Z",
        "timezone": "Europe/Berlin",
        "location": "Rathaus",
        "cancelled": False,
    }


def test_only_what_is_public_is_told_whoever_asks(client: Client) -> None:
    add_entry(make_document("Offen"))
    hidden = [
        add_entry(make_document("M", audience=Audience.MEMBERS)),
        add_entry(make_document("I", audience=Audience.INSTANCE)),
    ]
    client.force_login(add_operator())
    assert titles(client) == ["Offen"]
    assert titles(client, "?changed_since=1970-01-01") == ["Offen"]
    for entry in hidden:
        for rest in ("", "/statements", "/files"):
            assert ask(client, f"/records/{entry.uuid}{rest}", 404)["status"] == 404


@pytest.mark.parametrize("number", [1, 7])
def test_pages_hold_everything_once_and_are_linked(client: Client, number: int) -> None:
    for count in range(number):
        add_entry(make_document(f"N{count}"))
    pages = walk(client, "/records?limit=2&topic=mobilitaet")
    assert [record["title"] for page in pages for record in page["records"]] == [
        f"N{count}" for count in range(number)
    ]
    assert len(pages) == (number + 1) // 2
    response = client.get(f"{ROOT}/records?limit=2&topic=mobilitaet")
    following = pages[0]["next"]
    assert response.get("Link") == (f'<{following}>; rel="next"' if following else None)


def test_what_changes_while_somebody_reads_comes_again_and_nothing_is_missed(client: Client) -> None:
    entries = [add_entry(make_document(f"N{count}")) for count in range(4)]
    first = ask(client, "/records?limit=2")
    entries[0].position = entries[-1].position + 100
    entries[0].save()
    rest = walk(client, first["next"])
    assert [record["title"] for page in rest for record in page["records"]] == ["N2", "N3", "N0"]


def test_a_mirror_learns_what_changed_and_what_was_withdrawn(client: Client) -> None:
    entries = [add_entry(make_document(f"N{count}")) for count in range(3)]
    page = ask(client, "/records?changed_since=1970-01-01")
    assert ([record["title"] for record in page["records"]], page["withdrawn"]) == (["N0", "N1", "N2"], [])
    assert page["next"] is None
    assert ask(client, page["resume"])["records"] == []
    gone = entries[0]
    gone.state, gone.body, gone.digest = "withdrawn", "", ""
    gone.position = entries[-1].position + 100
    gone.save()
    later = ask(client, page["resume"])
    assert later["records"] == []
    assert later["withdrawn"] == [
        {
            "id": gone.object_id,
            "uuid": str(gone.uuid),
            "kind": "case_report",
            "origin": env.origin,
            "changed": gone.changed.isoformat().replace("+00:00", "Z"),
        }
    ]
    assert later["resume"] != page["resume"]
    assert ask(client, f"/records/{gone.uuid}", 410)["title"] == "Zurückgezogen"
    assert ask(client, "/records")["withdrawn"] == []


@pytest.mark.parametrize("number", [0, 1, 3])
def test_what_a_peer_delivers_late_reaches_a_mirror(client: Client, number: int) -> None:
    add_entry(make_document("alt"), changed=NOW - dt.timedelta(days=60))
    for count in range(number):
        add_entry(make_document(f"N{count}"), changed=NOW)
    pages = walk(client, "/records?changed_since=2026-11-01&limit=2")
    assert [record["title"] for page in pages for record in page["records"]] == [
        f"N{count}" for count in range(number)
    ]
    assert ask(client, pages[-1]["resume"])["records"] == []
    add_entry(make_document("spät"), changed=NOW - dt.timedelta(days=30))
    later = ask(client, pages[-1]["resume"])
    assert [record["title"] for record in later["records"]] == ["spät"]
    assert ask(client, later["resume"])["records"] == []


def test_what_was_withdrawn_but_never_public_leaves_no_stone(client: Client) -> None:
    add_entry(make_document(audience=Audience.MEMBERS), state="withdrawn")
    add_entry(make_document(), hidden=True)
    page = ask(client, "/records?changed_since=1970-01-01")
    assert len(page["withdrawn"]) == 1


def test_expired_records_are_told_as_gone(client: Client) -> None:
    entry = add_entry(make_document(expires=dt.date(2020, 1, 1)))
    assert titles(client) == []
    page = ask(client, "/records?changed_since=2026-01-01T00:00:00Z")
    assert [stone["id"] for stone in page["withdrawn"]] == [entry.object_id]


def test_changes_are_told_since_a_moment_or_a_day(client: Client) -> None:
    add_entry(make_document("alt"), changed=NOW - dt.timedelta(days=9))
    add_entry(make_document("neu"), changed=NOW)
    for since in (
        "2026-11-01",
        "2026-11-01T08:59:00Z",
        "2026-11-01T10:00:00+01:00",
        "2026-11-01T10:00:00%2B01:00",
    ):
        assert titles(client, f"?changed_since={since}") == ["neu"]


def test_all_of_a_record_can_be_read_without_markup(client: Client) -> None:
    entry = add_entry()
    record = ask(client, f"/records/{entry.uuid}")
    assert record["readable"] is True
    assert record["sections"] == [
        {"anchor": "ziel", "heading": "Ziel", "level": 1, "part": "", "text": "Suchzeit senken."}
    ]
    assert record["costs"]["once_eur"] == 96_400
    assert record["case"]["evidence"] == "measured"
    assert record["contact"]["role"] == "Verkehrsplanung"
    assert record["module"] is None


def test_it_names_what_it_leads_to_only_where_that_is_public(client: Client) -> None:
    public = add_entry(make_document("Baustein"))
    hidden = add_entry(make_document("Intern", audience=Audience.MEMBERS))
    relations = tuple(Relation(type="uses", target=each.object_id) for each in (public, hidden))
    session = SessionNote(event=hidden.object_id)
    entry = add_entry(make_document(kind="session_note", relations=relations, session=session))
    response = client.get(f"{ROOT}/records/{entry.uuid}")
    assert [each["title"] for each in response.json()["relations"]] == ["Baustein"]
    assert response.json()["session"]["event"] is None
    assert str(hidden.uuid) not in response.content.decode()


def test_a_record_that_needs_newer_software_shows_its_header(client: Client) -> None:
    entry = add_entry(make_document("Neu"))
    entry.body = entry.body.replace("wissenshub/1.", "wissenshub/9.")
    entry.save()
    record = ask(client, f"/records/{entry.uuid}?language=en")
    assert (record["title"], record["readable"], record["sections"]) == ("Neu", False, [])
    assert ask(client, f"/records/{entry.uuid}/files")["files"] == []


def test_texts_come_in_the_language_of_the_parameter_then_of_the_header(client: Client) -> None:
    texts = {"de": Text(title="Parken"), "en": Text(title="Parking", summary="Short.")}
    entry = add_entry(make_document(texts=texts))
    add_entry(make_document("Nur deutsch"))
    assert titles(client, "?language=en") == ["Parking"]
    assert titles(client) == ["Parken", "Nur deutsch"]
    english = ask(client, "/records", **{"accept-language": "fr, en-GB;q=0.9, de;q=0.5"})["records"]
    assert [(each["title"], each["language"]) for each in english] == [
        ("Parking", "en"),
        ("Nur deutsch", "de"),
    ]
    assert english[0]["topics"][0]["name"] == "Mobility"
    record = ask(client, f"/records/{entry.uuid}?language=en-GB")
    assert (record["title"], record["summary"], record["language"]) == ("Parking", "Short.", "en")
    assert ask(client, f"/records/{entry.uuid}?language=fr")["language"] == "de"


def test_the_cookie_of_a_browser_changes_nothing(client: Client) -> None:
    entry = add_entry(make_document(texts={"de": Text(title="Parken"), "en": Text(title="Parking")}))
    client.cookies[f"hub_{env.slug}_language"] = "en"
    assert ask(client, f"/records/{entry.uuid}")["title"] == "Parken"


def test_other_sites_may_read_it_and_caches_share_it(client: Client) -> None:
    add_entry()
    response = client.get(f"{ROOT}/records")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response["Access-Control-Expose-Headers"]
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in response["Vary"]
    assert not response.cookies
    preflight = client.options(f"{ROOT}/records")
    assert (preflight.status_code, preflight["Access-Control-Allow-Origin"]) == (204, "*")


def test_who_has_it_already_gets_it_not_again(client: Client) -> None:
    entry = add_entry()
    for path in ("/records", f"/records/{entry.uuid}", f"/bodies/{KOBLENZ}", "/topics"):
        first = client.get(ROOT + path)
        assert not first["ETag"].startswith("W/")
        again = client.get(ROOT + path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert again["Access-Control-Allow-Origin"] == "*"
    head = client.head(f"{ROOT}/records")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("topics=ki", "topics"),
        ("kind=%00", "kind"),
        ("topic=" + "x" * 61, "topic"),
        ("&".join(f"body={number}" for number in range(31)), "body"),
        ("body_kind=dorf", "body_kind"),
        ("language=deutsch!", "language"),
        ("changed_since=gestern", "changed_since"),
        ("changed_since=2026-11-01T00:00:00", "changed_since"),
        ("changed_since=0001-01-01", "changed_since"),
        ("changed_since=2026-13-01", "changed_since"),
        ("event_from=1.11.2026", "event_from"),
        ("event_to=9999-12-31", "event_to"),
        ("event_from=2026-11-02&event_to=2026-11-01", "event_to"),
        ("cursor=abc", "cursor"),
        ("cursor=" + encode_cursor("bodies", "1"), "cursor"),
        ("cursor=" + encode_cursor("records", "x"), "cursor"),
        ("cursor=" + encode_cursor("records", "9" * 30), "cursor"),
        ("cursor=" + encode_cursor("records", "²"), "cursor"),
        ("cursor=" + "A" * 300, "cursor"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_to_do(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"{ROOT}/records?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["errors"][0]["parameter"] == parameter
    assert problem["title"] == "Ein Parameter ist falsch"
    assert problem["instance"] == f"{ROOT}/records"
    assert problem["type"] == f"{env.origin}/api/#fehler-parameter"
    words = ("Erwartet: ", "Lassen Sie ihn weg", "Vertauschen Sie")
    assert any(word in problem["errors"][0]["detail"] for word in words)


def test_errors_are_told_in_english_to_whoever_asks_in_it(client: Client) -> None:
    problem = ask(client, "/records?limit=x", 400, **{"accept-language": "en"})
    assert problem["detail"] == "limit: “x” cannot be read. Expected: a whole number from 1 to 200."


@pytest.mark.parametrize("path", ["/", "/nichts", "/records/", "/records/abc", "/bodies/00000000"])
def test_what_is_not_there_is_a_problem_too(client: Client, path: str) -> None:
    response = client.get(ROOT + path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(f"{ROOT}/records")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("number", [1, 30])
def test_a_list_costs_the_same_for_one_and_for_many(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    texts = {"de": Text(title="Parken"), "en": Text(title="Parking")}
    for _ in range(number):
        add_entry(make_document(texts=texts, publishers=(KOBLENZ, MAINZ)))
    with django_assert_num_queries(3):
        client.get(f"{ROOT}/records?topic=mobilitaet&limit=200")
    with django_assert_num_queries(4):
        client.get(f"{ROOT}/records?changed_since=1970-01-01&limit=200")
    with django_assert_num_queries(6):
        client.get(f"{ROOT}/records?language=en&region={KOBLENZ}&body_kind=city&limit=200")
