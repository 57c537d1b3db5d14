"""Opening a workspace; asking to join, being accepted, leaving, also for a member of another hub."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar
from wagtail.models import Locale

from content.models import FocusGroupPage
from events.circles.dates import read_dates
from events.circles.feed import feed_address
from events.circles.members import accept, ask_to_join, end
from events.models import Circle, CircleMember, Letter, Registration, Task
from hub.accounts.models import HomeAccount, User
from hub.catalogue.settling import settle
from tests.events.circles.conftest import NOW, TITLE, address, browser

pytestmark = pytest.mark.django_db


def test_those_who_lead_open_a_workspace_once(group, leader):
    path = f"/fokusgruppen/{group.translation_key}/leitung/eroeffnen/"
    client = browser(leader)
    assert client.get(path).status_code == 200
    for _ in range(2):
        assert client.post(path).headers["location"] == f"/fokusgruppen/{group.translation_key}/"
    assert Circle.objects.get().group == group


def test_others_do_not_open_it(group, colleague, visitor):
    path = f"/fokusgruppen/{group.translation_key}/leitung/eroeffnen/"
    assert [browser(user).post(path).status_code for user in (colleague, visitor)] == [403, 403]
    assert browser().post(path).status_code == 302
    assert not Circle.objects.exists()


def test_somebody_of_another_hub_asks_and_is_accepted(circle, leader, visitor):
    page = browser(visitor)
    assert "Um Aufnahme bitten" in page.get(address(circle)).content.decode()
    page.post(address(circle, "mitmachen/"))
    page.post(address(circle, "mitmachen/"))
    [row] = CircleMember.objects.all()
    assert (row.user, row.body, row.joined) == (visitor, "07211000", None)
    assert page.get(address(circle, "aufgaben/")).status_code == 403
    boss = browser(leader)
    assert "1 Person möchte mitmachen" in boss.get(address(circle)).content.decode()
    boss.post(address(circle, "leitung/mitglieder/"), {"member": row.pk, "action": "accept"})
    row.refresh_from_db()
    assert row.joined == NOW
    assert page.get(address(circle, "aufgaben/")).status_code == 200


def test_whose_home_no_longer_vouches_sees_only_what_is_public(circle, visitor):
    accept(ask_to_join(circle, visitor, NOW), NOW)
    HomeAccount.objects.update(expires=NOW - dt.timedelta(hours=1))
    page = browser(visitor)
    assert page.get(address(circle, "aufgaben/")).status_code in (302, 403)
    assert page.post(address(circle, "mitmachen/")).status_code in (302, 403)


def test_nobody_accepts_themselves(circle, colleague):
    row = ask_to_join(circle, colleague, NOW)
    answer = browser(colleague).post(
        address(circle, "leitung/mitglieder/"), {"member": row.pk, "action": "accept"}
    )
    assert answer.status_code == 403
    assert CircleMember.objects.get().joined is None


def test_a_member_of_another_group_is_not_changed(circle, leader, series, section):
    other = Circle.objects.exclude(pk=circle.pk).first()
    assert other is None
    answer = browser(leader).post(address(circle, "leitung/mitglieder/"), {"member": 0, "action": "accept"})
    assert answer.status_code == 404


def test_who_joins_later_gets_the_meetings_once(series, circle, leader):
    row = ask_to_join(circle, leader, NOW)
    accept(row, NOW)
    accept(row, NOW)
    [letter] = Letter.objects.filter(address=leader.email)
    assert (letter.name, letter.method) == ("circle_invited", "REQUEST")
    assert letter.subject == "Treffen Ihrer Fokusgruppe: Austausch KI"
    assert TITLE in letter.text
    assert len(Calendar.from_ical(letter.calendar).walk("VEVENT")) == 1


@pytest.mark.parametrize("verb", [accept, end])
def test_the_group_is_locked_before_its_members(circle, colleague, verb):
    row = ask_to_join(circle, colleague, NOW)
    with CaptureQueriesContext(connection) as asked:
        verb(row, NOW)
    locked = [each["sql"] for each in asked if "FOR UPDATE" in each["sql"]]
    assert ['FROM "events_circle" ' in sql for sql in locked[:2]] == [True, False]


def test_the_calendar_rests_while_nobody_vouches_for_its_reader(series, circle, visitor, colleague, member):
    row = ask_to_join(circle, visitor, NOW)
    accept(row, NOW)
    feeds = [urlsplit(feed_address(each)).path for each in (row, member)]
    read = lambda: [browser().get(feed).status_code for feed in feeds]  # noqa: E731 - read before and after
    assert read() == [200, 200]
    HomeAccount.objects.update(expires=NOW - dt.timedelta(hours=1))
    assert read() == [404, 200]
    HomeAccount.objects.update(expires=NOW + dt.timedelta(days=1))
    colleague.groups.clear()
    assert read() == [200, 404]


def test_an_account_without_an_address_takes_part_without_mails(series, circle, visitor):
    accept(ask_to_join(circle, visitor, NOW), NOW)
    assert not Registration.objects.filter(person__user=visitor).exists()
    assert "/kalender/meine/gruppe/" in browser(visitor).get(address(circle)).content.decode()


def test_whoever_leaves_gets_the_dates_out_of_their_calendar(series, circle, member, clock):
    Task.objects.create(circle=circle, text="Testfragen sammeln", member=member)
    clock["now"] = NOW + dt.timedelta(days=9)  # the series has begun
    page = browser(member.user)
    assert "wirklich" in page.get(address(circle, "verlassen/")).content.decode()
    page.post(address(circle, "verlassen/"))
    letter = Letter.objects.get(name="circle_left")
    assert letter.method == "CANCEL"
    assert "STATUS:CANCELLED" in letter.calendar
    assert Registration.objects.get().state == Registration.State.CANCELLED
    assert Task.objects.get().member is None
    assert page.get(address(circle, "aufgaben/")).status_code == 403


def test_coming_back_is_a_new_invitation_with_a_higher_sequence(series, circle, member, colleague):
    end(member, NOW)
    accept(ask_to_join(circle, colleague, NOW), NOW)
    found = [Calendar.from_ical(letter.calendar) for letter in Letter.objects.order_by("pk")]
    numbers = [each.walk("VEVENT")[0]["sequence"] for each in found]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 3


@pytest.mark.parametrize("role", ["scribe", "lead", "member"])
def test_roles_are_changed_by_those_who_lead(circle, leader, member, role):
    data = {"member": member.pk, "action": "role", "role": role}
    browser(leader).post(address(circle, "leitung/mitglieder/"), data)
    member.refresh_from_db()
    assert member.role == role


def test_a_role_there_is_none_of_changes_nothing(circle, leader, member):
    data = {"member": member.pk, "action": "role", "role": "king"}
    answer = browser(leader).post(address(circle, "leitung/mitglieder/"), data, follow=True)
    assert "Es wurde nichts geändert" in answer.content.decode()
    member.refresh_from_db()
    assert member.role == "member"


def test_the_page_of_a_group_leads_to_its_workspace(group):
    path = f"/fokusgruppen/{group.translation_key}/"
    settle()
    assert path not in browser().get(group.url).content.decode()
    Circle.objects.create(group=group)
    assert path in browser().get(group.url).content.decode()


def test_a_group_in_a_second_language_has_the_same_workspace(group, leader):
    english, _ = Locale.objects.get_or_create(language_code="en")
    group.copy_for_translation(english, copy_parents=True).specific.save_revision().publish()
    path = f"/fokusgruppen/{group.translation_key}/leitung/eroeffnen/"
    assert browser(leader).post(path).status_code == 302
    assert Circle.objects.get().group == group


def test_a_group_with_a_workspace_is_not_deleted_and_it_is_said_what_to_do(circle, group, section):
    operator = User.objects.create_superuser("betrieb@mainz.demo.invalid", "geheim-und-lang")
    for page in (group, section):
        delete = reverse("wagtailadmin_pages:delete", args=[page.pk])
        said = browser(operator).post(delete, {"wagtail_site_name": "Wissenshub"}, follow=True)
        assert "hat einen Arbeitsraum mit Mitgliedern" in said.content.decode()
    circle.delete()
    browser(operator).post(reverse("wagtailadmin_pages:delete", args=[group.pk]))
    assert not FocusGroupPage.objects.filter(pk=group.pk).exists()


def test_the_history_of_minutes_that_nobody_wrote_is_empty(circle, member, series, colleague):
    date = next(iter(read_dates(series)))
    tail = f"termine/{series.pk}/{date.stamp}/protokoll/verlauf/"
    assert browser(colleague).get(address(circle, tail)).status_code == 200


def test_the_workspace_of_a_made_up_group_says_so(circle, group):
    assert "DEMO – fiktiv" not in browser().get(address(circle)).content.decode()
    FocusGroupPage.objects.filter(pk=group.pk).update(demo=True)
    assert "DEMO – fiktiv" in browser().get(address(circle)).content.decode()


def test_the_address_of_an_account_without_a_name_is_shown_to_nobody(circle, member, leader):
    User.objects.filter(pk=member.user_id).update(
        first_name="", last_name="", email="privat@mainz.demo.invalid"
    )
    told = browser(leader).get(address(circle, "mitglieder/")).content.decode()
    assert "jemand ohne Namen" in told
    assert "privat@mainz.demo.invalid" not in told
