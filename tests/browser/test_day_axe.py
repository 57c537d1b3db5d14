"""axe on the pages of the day and the year, narrow and dark, wide and light: room, notes, results, groups."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser

from content.models import FocusGroupPage
from events.circles.dates import keep_meeting, list_year
from events.circles.members import accept, ask_to_join
from events.circles.series import Wish, begin_series
from events.circles.work import answer_question, log_decision, propose_item
from events.models import (
    AgendaItem,
    Circle,
    Decision,
    EventDesk,
    Notice,
    OpenQuestion,
    Plan,
    Registration,
    Session,
    Task,
)
from events.noting.services import Author, open_note, write
from events.results.services import note_outcome
from events.stage.services import Turn, call_next, queue_new
from hub.accounts.models import User
from hub.catalogue.settling import settle
from hub.documents import Viewer
from hub.instants import localise
from tests.browser.conftest import BROWSER
from tests.browser.live_day import shoot
from tests.browser.programme import add_organiser, in_browser, open_context
from tests.browser.test_accessibility import faults_of
from tests.factories.events import add_participant, add_seat

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SETUPS = ((360, "dark"), (1440, "light"))
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@pytest.fixture(autouse=True)
def one_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    cache.clear()


@pytest.fixture
def cookie(day: EventDesk) -> dict[str, Any]:
    return add_organiser(Plan.objects.get(desk=day))


def fill_day(desk: EventDesk) -> dict[str, str]:
    """Something on each page of the room; their addresses by name."""
    now, plan = timezone.now(), Plan.objects.get(desk=desk)
    session = Session.objects.get(title="KI im Bürgerbüro")
    for number, title in enumerate(("Vom Zettel", "Noch eine Karte")):
        queue_new(plan.pk, uuid.uuid4(), title, Turn(f"Gast {number}"), now)
    call_next(plan.pk, uuid.uuid4(), None, now)
    Notice.objects.create(desk=desk, text="Mittag gibt es im Foyer.", at=now)
    add_seat(add_participant(desk, "Toni"), Registration.State.CONFIRMED)
    note = open_note(session=session)
    one = write(note.pk, Author("Kim Beispiel"), 0, "# Frage\n\nWer zahlt?", uuid.uuid4(), now)
    write(note.pk, Author("Alex Muster"), one.version, "# Frage\n\nWer zahlt, und wann?", uuid.uuid4(), now)
    note_outcome(session.pk, held=True, user=None, now=now, reason="Alle haben ausprobiert.")
    pages = ("board", "projector", "stage", "wall", "notices", "helpers", "door", "outcomes", "results")
    of_session = ("card", "note", "note_history", "outcome")
    key = desk.event.translation_key
    found = {name: reverse(f"events:{name}", args=[key]) for name in pages}
    return found | {name: reverse(f"events:{name}", args=[key, session.pk]) for name in of_session}


def fill_circle(section: Any) -> dict[str, str]:
    """A focus group at work, led by the organiser; the addresses of its pages by name."""
    user, now = User.objects.get(email="team@mainz.demo.invalid"), timezone.now()
    page = FocusGroupPage(
        title="Fokusgruppe KI",
        summary="Vier Städte, ein Testbestand.",
        topics=["ki"],
        contact_role="Leitung",
        contact_email="fokusgruppe@mainz.demo.invalid",
        seats=[("seat", {"body": section.body, "role": "Stabsstelle"})],
        live=False,
    )
    section.add_child(instance=page)
    page.save_revision().publish()
    settle()
    circle = Circle.objects.create(group=page)
    member = ask_to_join(circle, user, now)
    accept(member, now)
    asking = User.objects.create_user("gast@mainz.demo.invalid", first_name="Alex")
    ask_to_join(circle, asking, now)
    first = localise(now + dt.timedelta(days=1), "Europe/Berlin").replace(hour=10, minute=0, second=0)
    rule = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={DAYS[first.weekday()]};COUNT=3"
    ends = first + dt.timedelta(hours=1)
    series = begin_series(circle, Wish("Austausch KI", first, ends, rule, "Rathaus"), user, now)
    settle()
    (date, *_rest) = list_year(circle, first.year, Viewer.local(), inside=True)
    meeting = keep_meeting(date)
    item = AgendaItem(title="Testbestand", minutes=20)
    propose_item(meeting, item, member)
    log_decision(circle, Decision(text="Wir messen gemeinsam.", decided=now.date(), meeting=meeting))
    open_question = OpenQuestion.objects.create(circle=circle, text="Wer bezahlt den Server?")
    answer_question(open_question, "Alle nach Einwohnerzahl.", now.date())
    OpenQuestion.objects.create(circle=circle, text="Wer prüft?", meeting=meeting)
    task = Task.objects.create(
        circle=circle, text="Angebote holen", member=member, due=now.date(), meeting=meeting
    )
    at_date = ("circle_meeting", "circle_minutes", "circle_change", "circle_cancel", "circle_following")
    whole = ("circle", "circle_members", "circle_log", "circle_questions", "circle_tasks", "circle_begin")
    key = page.translation_key
    found = {name: reverse(f"events:{name}", args=[key]) for name in whole}
    found["circle_item"] = reverse("events:circle_item", args=[key, series.pk, date.stamp, item.pk])
    found["circle_question"] = reverse("events:circle_question", args=[key, open_question.pk])
    found["circle_task"] = reverse("events:circle_task", args=[key, task.pk])
    return found | {name: reverse(f"events:{name}", args=[key, series.pk, date.stamp]) for name in at_date}


def walk(origin: str, cookie: dict[str, Any], pages: Mapping[str, str]) -> list[str]:
    """What is wrong with any of them."""

    def look(browser: Browser) -> list[str]:
        faults = []
        for width, scheme in SETUPS:
            size = {"width": width, "height": 900}
            how = {"viewport": size, "color_scheme": scheme, "bypass_csp": True}
            page = open_context(browser, origin, cookie, **how).new_page()
            for name, address in pages.items():
                response = page.goto(origin + address)
                assert response
                assert response.status == 200, name
                shoot(page, f"{name}-{width}")
                faults += [f"{name}, {width} px, {scheme}: {fault}" for fault in faults_of(page, width)]
        return faults

    found: list[str] = in_browser(look)
    return found


def test_the_pages_of_the_day_are_for_everybody(live_server: Any, day: EventDesk, cookie: Any) -> None:
    assert walk(live_server.url, cookie, fill_day(day)) == []


def test_the_pages_of_a_focus_group_are_for_everybody(live_server: Any, section: Any, cookie: Any) -> None:
    assert walk(live_server.url, cookie, fill_circle(section)) == []
