"""The text for a newsletter: its sentences, its choice, and the page that makes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry
from hub.documents import Adoption, Audience, Case, Event, Module, Recurrence, Statement, Text
from hub.env import env
from hub.municipalities.models import Body
from hub.site.digest import german
from hub.site.digest.newsletter import LONG, SHORT, Newsletter, compose_newsletter
from hub.site.reports.periods import Period, named_period
from tests.factories.people import add_person
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

OCTOBER = dt.datetime(2026, 10, 14, 9, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 9, 9, 0, tzinfo=dt.UTC)
TRIER, MAINZ = "07211000", "07315000"


@pytest.fixture(autouse=True)
def bodies() -> None:
    add_bodies()


def publish(title: str = "Parkraumsensorik", when: dt.datetime = OCTOBER, **fields: Any) -> CatalogueEntry:
    state = {name: fields.pop(name) for name in ("hidden", "source", "origin") if name in fields}
    origin = {"origin": state.pop("origin")} if "origin" in state else {}
    return add_entry(make_document(title, **origin, **fields), first_published=when, **state)


def october() -> Period:
    period = named_period("2026-10")
    assert period
    return period


def compose(*topics: str, most: int = SHORT, period: Period | None = None) -> Newsletter:
    made = compose_newsletter(period or october(), topics, NOW, most=most)
    assert made is not None
    return made


def titles(made: Newsletter) -> list[str]:
    return [piece.title for piece in made.pieces]


def test_one_report_is_told_in_whole_sentences() -> None:
    entry = publish()
    assert compose().as_text() == (
        "Neu im Wissenshub: „Parkraumsensorik“\n\n"
        "Im Oktober 2026 ist im Wissenshub ein Erfahrungsbericht aus einer Kommune erschienen.\n\n"
        "Parkraumsensorik\n"
        "Koblenz legt einen Erfahrungsbericht vor. Kurz. Das Vorhaben ist in Betrieb. "
        "Einmalig kostet es 96.400\xa0Euro, dazu kommen 1.180\xa0Euro im Monat: "
        "im ersten Jahr zusammen 110.560\xa0Euro. "
        "Auskunft gibt: Verkehrsplanung, verkehr@koblenz.demo.invalid.\n"
        f"Mehr: {env.origin}/id/{entry.uuid}\n\n"
        f"Alle Beiträge mit Kosten und Ansprechstelle: {env.origin}/wissen/\n"
        f"Neues zu eigenen Themen per E-Mail: {env.origin}/rundbrief/\n"
    )


def test_what_is_not_known_is_left_out() -> None:
    publish(costs=None, contact=None, case=Case(), texts={"de": Text(title="Karg")})
    assert compose().pieces[0].sentences == ("Koblenz legt einen Erfahrungsbericht vor.",)
    assert "unbekannt" not in compose().as_text()


def test_the_lead_counts_what_came_from_whom() -> None:
    for number in range(3):
        publish(f"Bericht {number}")
    for number in range(2):
        publish(f"Baustein {number}", kind="module", publishers=(TRIER,), case=None)
    publish("Meldung", kind="news", publishers=(MAINZ,), case=None)
    made = compose()
    assert made.lead == (
        "Im Oktober 2026 sind im Wissenshub sechs Beiträge aus drei Kommunen erschienen, "
        "darunter drei Erfahrungsberichte und zwei Bausteine. Eine Auswahl:"
    )
    assert made.total == 6


def test_topics_narrow_it_and_stand_in_the_lead() -> None:
    publish("KI", topics=("ki",))
    publish("Recht", topics=("recht",))
    publish("Anderes", topics=("energie",))
    assert titles(compose("ki")) == ["KI"]
    assert "ein Erfahrungsbericht zum Thema „Künstliche Intelligenz“ aus" in compose("ki").lead
    assert "zu den Themen „Künstliche Intelligenz“ und „Recht und Datenschutz“" in compose("ki", "recht").lead


@pytest.mark.parametrize(
    ("code", "words"),
    [("2026-10", "Im Oktober 2026"), ("2026-q4", "Im 4. Quartal 2026"), ("2026", "Im Jahr 2026")],
)
def test_the_period_is_named_as_people_say_it(code: str, words: str) -> None:
    publish()
    assert compose(period=named_period(code)).lead.startswith(words)


def test_free_days_are_named_by_both() -> None:
    publish()
    days = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 20))
    assert compose(period=days).lead.startswith("Vom 01.10.2026 bis 20.10.2026 ist")


def test_only_what_was_first_published_in_the_period_counts_by_local_time() -> None:
    publish("Noch September", dt.datetime(2026, 9, 30, 21, 59, tzinfo=dt.UTC))
    publish("Schon Oktober", dt.datetime(2026, 9, 30, 22, 0, tzinfo=dt.UTC))
    publish("Noch Oktober", dt.datetime(2026, 10, 31, 22, 59, tzinfo=dt.UTC))
    publish("Schon November", dt.datetime(2026, 10, 31, 23, 0, tzinfo=dt.UTC))
    assert sorted(titles(compose())) == ["Noch Oktober", "Schon Oktober"]


def test_nothing_published_gives_no_text() -> None:
    assert compose_newsletter(october(), (), NOW) is None


def test_each_town_has_its_turn_and_what_has_costs_and_contact_comes_first() -> None:
    publish("Koblenz alt", OCTOBER - dt.timedelta(days=3))
    publish("Koblenz neu")
    publish("Ohne Kosten", OCTOBER + dt.timedelta(days=5), costs=None)
    publish("Trier", OCTOBER - dt.timedelta(days=9), publishers=(TRIER,), kind="news", case=None)
    publish("Mainz", OCTOBER - dt.timedelta(days=9), publishers=(MAINZ,), kind="module", case=None)
    assert titles(compose(most=3)) == ["Koblenz neu", "Mainz", "Trier"]
    assert titles(compose()) == ["Koblenz neu", "Mainz", "Trier", "Koblenz alt"]
    assert titles(compose(most=LONG))[-1] == "Ohne Kosten"


def test_the_same_records_give_the_same_text() -> None:
    for number in range(12):
        publish(f"Bericht {number:02}")
    assert compose().as_text() == compose().as_text()
    assert len(compose().pieces) == SHORT
    assert len(compose(most=LONG).pieces) == LONG


def test_real_contributions_come_before_made_up_ones_which_say_so() -> None:
    publish("Erfunden", demo=True)
    publish("Echt", OCTOBER - dt.timedelta(days=2), kind="news", case=None)
    assert titles(compose()) == ["Echt", "Erfunden (DEMO – fiktiv)"]


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_only_public_records_are_told(audience: Audience) -> None:
    publish("Vertraulich", audience=audience)
    publish("Versteckt", hidden=True)
    assert compose_newsletter(october(), (), NOW) is None


def test_what_another_hub_published_counts_too_at_its_address_here() -> None:
    entry = publish("Von drüben", source="trier", origin="https://trier.example", publishers=(TRIER,))
    assert compose().pieces[0].url == f"{env.origin}/id/{entry.uuid}"


def test_licence_and_users_are_told() -> None:
    module = publish("Sensorpaket", kind="module", module=Module(licence="EUPL-1.2"), case=None)
    today = timezone.localdate()
    said = Statement(about=module.object_id, digest=module.digest, made=today, confirmed=today)
    facts = {"statement": said, "adoption": Adoption(), "case": None, "kind": "adoption"}
    publish("Nachnutzung", publishers=(TRIER,), **facts)
    sentences = compose().pieces[0].sentences
    assert "Nutzbar unter der Lizenz EUPL-1.2." in sentences
    assert "Eine andere Kommune nutzt es bereits nach." in sentences


def test_a_long_text_names_the_next_events() -> None:
    publish()
    for number in range(4):
        starts = NOW + dt.timedelta(days=number + 1)
        event = Event(starts=starts, ends=starts + dt.timedelta(hours=1), location="Rathaus")
        publish(f"Treffen {number}", NOW, kind="event", event=event, case=None)
    off = Event(starts=NOW + dt.timedelta(hours=1), ends=NOW + dt.timedelta(hours=2), status="cancelled")
    publish("Abgesagt", NOW, kind="event", event=off, case=None)
    made = compose(most=LONG)
    assert [piece.title for piece in made.events] == ["Treffen 0", "Treffen 1", "Treffen 2"]
    assert made.events[0].sentences == (
        "Di, 10. November 2026, 10:00–11:00 Uhr, Rathaus.",
        "Es lädt ein: Koblenz.",
    )
    assert "\n\nTermine\n\nTreffen 0\n" in made.as_text()
    assert compose().events == ()


def test_a_series_stands_at_its_next_date() -> None:
    publish()
    begun = NOW - dt.timedelta(days=71)
    weekly = Recurrence(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;COUNT=40")
    circle = Event(starts=begun, ends=begun + dt.timedelta(hours=1), location="Rathaus", recurrence=weekly)
    publish("Runde", NOW, kind="event", event=circle, case=None)
    for number in range(3):
        starts = NOW + dt.timedelta(days=number + 1)
        event = Event(starts=starts, ends=starts + dt.timedelta(hours=1), location="Rathaus")
        publish(f"Treffen {number}", NOW, kind="event", event=event, case=None)
    assert [piece.title for piece in compose(most=LONG).events] == ["Treffen 0", "Treffen 1", "Treffen 2"]
    CatalogueEntry.objects.filter(title="Treffen 0").delete()
    told = compose(most=LONG).events[2]
    assert told.title == "Runde"
    assert told.sentences[0].count("20") == 1


def test_markdown_is_marked_up_and_titles_cannot_be() -> None:
    entry = publish("[Klick](https://evil.example) *fett* <b>")
    text = compose().as_markdown()
    assert text.startswith("# Neu im Wissenshub: „\\[Klick\\]")
    assert "## \\[Klick\\](https://evil.example) \\*fett\\* \\<b\\>\n" in text
    assert f"[Mehr im Wissenshub]({env.origin}/id/{entry.uuid})" in text


@pytest.mark.parametrize(
    ("once", "monthly", "words"),
    [
        (None, None, ""),
        (0, 0, "Es entstehen keine Kosten."),
        (0, None, ""),
        (1500, None, "Einmalig kostet es 1.500\xa0Euro."),
        (1500, 0, "Einmalig kostet es 1.500\xa0Euro."),
        (None, 100, "Es kostet 100\xa0Euro im Monat, im ersten Jahr 1.200\xa0Euro."),
        (0, 100, "Es kostet 100\xa0Euro im Monat, im ersten Jahr 1.200\xa0Euro."),
    ],
)
def test_costs_are_said_as_far_as_they_are_known(once: int | None, monthly: int | None, words: str) -> None:
    assert german.say_costs(once, monthly) == words


@pytest.mark.parametrize(
    ("towns", "words"),
    [
        ((), ""),
        (("Koblenz",), "Koblenz legt einen Erfahrungsbericht vor."),
        (("Koblenz", "Trier"), "Koblenz und Trier legen einen Erfahrungsbericht vor."),
        (("Landkreis Mayen-Koblenz",), "Der Landkreis Mayen-Koblenz legt einen Erfahrungsbericht vor."),
        (("Rhein-Hunsrück-Kreis",), "Der Rhein-Hunsrück-Kreis legt einen Erfahrungsbericht vor."),
        (
            ("Trier", "Verbandsgemeinde Adenau", "Mainz"),
            "Trier, die Verbandsgemeinde Adenau und Mainz legen einen Erfahrungsbericht vor.",
        ),
    ],
)
def test_towns_have_their_articles_and_verbs(towns: tuple[str, ...], words: str) -> None:
    assert german.say_publishing("case_report", towns) == words


def test_numbers_are_words_up_to_twelve() -> None:
    assert [german.say_number(number) for number in (2, 12, 13, 1500)] == ["zwei", "zwölf", "13", "1.500"]
    assert german.say_count("unbekannte-art", 2) == "zwei Beiträge"


def sign_in_as(client: Client, role: Role) -> None:
    client.force_login(add_person("erika@koblenz.example", Body.objects.get(pk=KOBLENZ), role))


def test_the_page_offers_the_text_of_the_last_month_to_editors(client: Client) -> None:
    sign_in_as(client, Role.EDITOR)
    last_month = timezone.localdate().replace(day=1) - dt.timedelta(days=3)
    publish("Im letzten Monat", dt.datetime.combine(last_month, dt.time(12), tzinfo=dt.UTC))
    page = client.get("/berichte/newsletter/").content.decode()
    assert "<textarea" in page
    assert "Im letzten Monat" in page
    assert "Als Datei speichern" in page
    assert "data-copy=" in page


def test_the_page_says_what_to_do_where_there_is_nothing(client: Client) -> None:
    sign_in_as(client, Role.COORDINATOR)
    page = client.get("/berichte/newsletter/?zeitraum=2023").content.decode()
    assert "Wählen Sie einen längeren Zeitraum" in page
    assert "<textarea" not in page


@pytest.mark.parametrize("query", ["zeitraum=1999", "zeitraum=x", "laenge=riesig", "form=exe", "thema=nie"])
def test_a_bad_address_says_what_is_wrong(client: Client, query: str) -> None:
    sign_in_as(client, Role.EDITOR)
    assert "error-summary" in client.get(f"/berichte/newsletter/?{query}").content.decode()


def test_the_edited_text_comes_back_as_a_file(client: Client) -> None:
    sign_in_as(client, Role.EDITOR)
    text = "Überschrift\r\n\r\nVon Hand <geändert>."
    answer = client.post("/berichte/newsletter/?zeitraum=2026-10&form=md", {"text": text})
    assert answer.content.decode() == "Überschrift\n\nVon Hand <geändert>."
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="newsletter_2026-10-01_2026-10-31.md"'
    plain = client.post("/berichte/newsletter/?zeitraum=2026-10", {"text": text})
    assert plain["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(("text", "words"), [("", "keinen Text"), ("x" * 50_001, "um 1 Zeichen")])
def test_a_text_that_cannot_be_saved_is_said_and_kept(client: Client, text: str, words: str) -> None:
    sign_in_as(client, Role.EDITOR)
    page = client.post("/berichte/newsletter/", {"text": text}).content.decode()
    assert words in page
    assert text in page


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AUTHOR])
def test_others_do_not_get_in(client: Client, role: Role) -> None:
    sign_in_as(client, role)
    assert client.get("/berichte/newsletter/").status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_more_contributions_cost_no_more_queries(django_assert_num_queries: Any, number: int) -> None:
    for each in range(number):
        publish(f"Bericht {each}")
    with django_assert_num_queries(5):
        compose(most=LONG)
