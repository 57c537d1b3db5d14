"""One list names all that is personal of events, and the command proves that it is gone when it is due."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from content.models import FocusGroupPage
from events.models import Circle, CircleMember, EventPage, Person
from events.office.forgetting import forget_circle_members, forget_people
from events.office.personal import KEPT, KEPT_BY_CIRCLES, NOT_PERSONAL
from hub.accounts.models import User
from tests.events.office.test_forgetting import after, fill, plan  # noqa: F401 - a fixture
from tests.factories.events import at

PERSONAL = {"Person", "User", "Registration", "Host", "NoteAuthor", "CircleMember"}
WORDS = {"email", "address", "given_name", "family_name", "caller", "co_hosts"}


def holds_somebody(model) -> bool:
    """Whether it leads to a person or an account, or has a field for a name or an address."""
    fields = model._meta.get_fields()
    leads = {field.related_model.__name__ for field in fields if field.concrete and field.related_model}
    return bool(leads & PERSONAL) or any(
        isinstance(field, models.EmailField) or field.name in WORDS for field in fields if field.concrete
    )


def test_every_table_that_leads_to_somebody_is_in_the_list():
    listed = {kept.model for kept in KEPT} | set(KEPT_BY_CIRCLES)
    found = {
        model
        for model in apps.get_app_config("events").get_models()
        if holds_somebody(model) and not issubclass(model, EventPage.__mro__[1])
    }
    assert {model.__name__ for model in found - listed} == set(NOT_PERSONAL)


def test_each_of_them_has_somebody_in_the_test_of_forgetting(desk, plan):  # noqa: F811 - the fixture
    fill(desk, plan)
    assert [kept.model for kept in KEPT if not kept.rows(**{kept.desk: desk}).exists()] == []


def run(day: dt.date) -> str:
    out = io.StringIO()
    call_command("check_retention", now=day.isoformat(), stdout=out)
    return out.getvalue()


def test_what_is_due_and_still_there_is_told(desk, plan):  # noqa: F811 - the fixture
    fill(desk, plan)
    due = after(desk, desk.retention_days).date()
    kept = run(due - dt.timedelta(days=1))
    assert "OVERDUE" not in kept
    assert "CheckIn" in kept
    with pytest.raises(CommandError, match="personal rows are still there"):
        run(due + dt.timedelta(days=1))
    forget_people(after(desk, desk.retention_days))
    assert run(due + dt.timedelta(days=1)).startswith("Nothing personal is overdue")


def test_without_the_nightly_job_for_one_table_it_is_found(desk, plan):  # noqa: F811 - the fixture
    fill(desk, plan)
    forget_people(after(desk, desk.retention_days))
    Person.objects.create(desk=desk, email="spaet@verein.demo.invalid", given_name="Spät", family_name="Da")
    with pytest.raises(CommandError, match=r"^1 personal rows"):
        run(after(desk, desk.retention_days + 1).date())


def test_no_day_is_said_to_be_none():
    with pytest.raises(CommandError, match="is no day"):
        call_command("check_retention", now="2027-02-31", stdout=io.StringIO())


def test_who_left_a_focus_group_is_forgotten_a_year_later(section):
    seats = [("seat", {"body": section.body, "role": "Stabsstelle"})]
    page = FocusGroupPage(title="Fokusgruppe KI", seats=seats, live=False)
    circle = Circle.objects.create(group=section.add_child(instance=page))
    for name, joined, left in (("bea", at(8), at(9)), ("tom", at(8), None), ("nie-beantwortet", None, None)):
        user = User.objects.create_user(f"{name}@mainz.demo.invalid")
        CircleMember.objects.create(circle=circle, user=user, asked=at(8), joined=joined, left=left)
    day = at(9) + dt.timedelta(days=366)
    with pytest.raises(CommandError):
        run(day.date())
    assert forget_circle_members(day) == 2
    assert CircleMember.objects.get().left is None
    assert CircleMember.objects.get().joined is not None
    run(day.date())
