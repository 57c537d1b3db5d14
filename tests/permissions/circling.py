"""Trying to read a focus group's workspace, to join it, to work in it and to lead it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from content.models import FocusGroupPage
from events.circles.dates import keep_meeting, read_dates
from events.circles.series import Wish, begin_series
from events.models import AgendaItem, Circle, CircleMember, CircleSeries, OpenQuestion, Task
from hub.catalogue.settling import settle
from tests.factories.events import at
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import LEVELS, World

ASKING = "Nachfrage Beispiel"


def _group(world: World, case: Case) -> FocusGroupPage:
    section = world.sections[case.place]
    page = FocusGroupPage(
        title="Prüfgruppe",
        summary="Prüfgruppe in Kürze.",
        topics=["ki"],
        audience=LEVELS[case.content],
        seats=[("seat", {"body": section.body, "role": "Amt 15"})],
        live=False,
    )
    section.add_child(instance=page)
    page.save_revision().publish()
    settle()
    return FocusGroupPage.objects.get(pk=page.pk)


def _circle(world: World, case: Case) -> Circle:
    return Circle.objects.create(group=_group(world, case))


def _series(world: World, circle: Circle) -> CircleSeries:
    wish = Wish("Prüftreffen", at(9), at(10))
    return begin_series(circle, wish, world.people["Betrieb"].user, timezone.now())


def _address(case: Case, circle: Circle, series: CircleSeries | None = None) -> str:
    path = case.address.replace("<key>", str(circle.group.translation_key))
    if series is not None:
        [date] = read_dates(series)
        path = path.replace("<series>", str(series.pk)).replace("<stamp>", date.stamp)
    return path


def _each(case: Case) -> list[Case]:
    """A case for each address of a row that names several."""
    return [replace(case, address=path) for path in case.address.split("` `")]


def _only(answers: set[str]) -> str:
    [answer] = answers
    return answer


def _read_all(
    world: World, caller: str, case: Case, series: CircleSeries, by: CircleMember | None = None
) -> str:
    """``by``: who proposed the item of the agenda; only they and those who keep the minutes change it."""
    circle, [date] = series.circle, read_dates(series)
    rows = {
        "<item>": AgendaItem.objects.create(meeting=keep_meeting(date), title="Prüfpunkt", by=by),
        "<question>": OpenQuestion.objects.create(circle=circle, text="Prüffrage?"),
        "<task>": Task.objects.create(circle=circle, text="Prüfaufgabe"),
    }
    paths = [_address(each, circle, series) for each in _each(case)]
    for name, row in rows.items():
        paths = [path.replace(name, str(row.pk)) for path in paths]
    found = [world.people[caller].get(path) for path in paths]
    return _only({refusal(each) or granted(really=each.status_code == 200) for each in found})


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("Jahr einer Fokusgruppe ansehen")
def see_year(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(f"/fokusgruppen/{_circle(world, case).group.translation_key}/")
    told = "Prüfgruppe" in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)


@probe("in einer Fokusgruppe mitmachen wollen")
def join(world: World, caller: str, case: Case) -> str:
    circle = _circle(world, case)
    response = world.people[caller].post(_address(case, circle))
    return _effect(response, done=circle.members.exists())


@probe("Inneres einer Fokusgruppe lesen, ohne Mitglied zu sein")
def read_inside(world: World, caller: str, case: Case) -> str:
    circle = _circle(world, case)
    return _read_all(world, caller, case, _series(world, circle))


@probe("als Mitglied Inneres einer Fokusgruppe lesen")
def read_as_member(world: World, caller: str, case: Case) -> str:
    circle, user, now = _circle(world, case), world.people[caller].user, timezone.now()
    series, row = _series(world, circle), None
    if user is not None:
        row = CircleMember.objects.create(circle=circle, user=user, asked=now, joined=now)
    return _read_all(world, caller, case, series, row)


@probe("eine Fokusgruppe verlassen")
def leave(world: World, caller: str, case: Case) -> str:
    circle, user, now = _circle(world, case), world.people[caller].user, timezone.now()
    if user is not None:
        CircleMember.objects.create(circle=circle, user=user, asked=now, joined=now)
    response = world.people[caller].post(_address(case, circle))
    return _effect(response, done=circle.members.exclude(left=None).exists())


@probe("Arbeitsraum einer Fokusgruppe eröffnen")
def open_workspace(world: World, caller: str, case: Case) -> str:
    group = _group(world, case)
    response = world.people[caller].post(f"/fokusgruppen/{group.translation_key}/leitung/eroeffnen/")
    return _effect(response, done=Circle.objects.filter(group=group).exists())


@probe("über Mitglieder einer Fokusgruppe entscheiden")
def decide(world: World, caller: str, case: Case) -> str:
    circle = _circle(world, case)
    row = CircleMember.objects.create(circle=circle, user=world.colleagues["A"], asked=timezone.now())
    response = world.people[caller].post(_address(case, circle), {"member": row.pk, "action": "accept"})
    return _effect(response, done=circle.members.filter(joined__isnull=False).exists())


@probe("Treffen einer Fokusgruppe anlegen")
def begin(world: World, caller: str, case: Case) -> str:
    circle = _circle(world, case)
    starts = (timezone.localtime(at(9)) + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    data = {"title": "Prüftreffen", "starts": starts, "minutes": "60", "rhythm": ""}
    response = world.people[caller].post(_address(case, circle), data)
    return _effect(response, done=circle.series.exists())


@probe("Treffen einer Fokusgruppe ändern")
def change(world: World, caller: str, case: Case) -> str:
    return _only({_change(world, caller, each) for each in _each(case)})


def _change(world: World, caller: str, case: Case) -> str:
    circle = _circle(world, case)
    series = _series(world, circle)
    path = _address(case, circle, series)
    if path.endswith("folgende/"):
        starts = (timezone.localtime(at(9)) + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        data = {"title": "Prüftreffen", "starts": starts, "minutes": "60", "rhythm": ""}
        return _effect(world.people[caller].post(path, data), done=circle.series.count() > 1)
    if path.endswith("absagen/"):
        response = world.people[caller].post(path, {"action": "one"})
        series.event.refresh_from_db()
        return _effect(response, done=series.event.status == "cancelled")
    goal = at(9) + dt.timedelta(days=1)
    sent = timezone.localtime(goal).strftime("%Y-%m-%dT%H:%M")
    response = world.people[caller].post(path, {"action": "move", "starts": sent, "minutes": "60"})
    series.event.refresh_from_db()
    return _effect(response, done=series.event.starts == goal)


@probe("veröffentlichen, was eine Fokusgruppe beschloss")
def publish(world: World, caller: str, case: Case) -> str:
    """What is published is shown by the tests of the room; here, who is let through."""
    return _only({_publish(world, caller, each) for each in _each(case)})


def _publish(world: World, caller: str, case: Case) -> str:
    circle = _circle(world, case)
    response = world.people[caller].post(_address(case, circle, _series(world, circle)))
    passed = response.status_code == 302 and "leitung" not in response.headers["location"]
    return refusal(response) or granted(really=passed)
