"""The operators' lists of followers and reports."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from federation.activitypub.models import Follower, Report
from hub.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("betrieb@hub.demo.invalid", "sonnig-und-lang-genug"))
    return client


def add_report(number: int = 1) -> Report:
    report: Report = Report.objects.create(
        actor="https://anderswo.example/users/anna",
        activity=f"https://anderswo.example/{number}",
        objects_named=["https://hier.example/id/1"],
        content="<script>Das stimmt nicht.",
    )
    return report


def test_followers_are_listed(operator: Client) -> None:
    assert "folgt noch niemand" in operator.get("/admin/fediverse/followers/").content.decode()
    Follower.objects.create(
        actor="https://anderswo.example/users/anna", name="<b>Anna", host="anderswo.example"
    )
    page = operator.get("/admin/fediverse/followers/").content.decode()
    assert "https://anderswo.example/users/anna" in page
    assert "&lt;b&gt;Anna" in page


def test_a_report_is_ticked_off_and_opened_again(operator: Client) -> None:
    assert "Es ist nichts gemeldet." in operator.get("/admin/fediverse/reports/").content.decode()
    report = add_report()
    assert "&lt;script&gt;Das stimmt nicht." in operator.get("/admin/fediverse/reports/").content.decode()
    page = operator.post(f"/admin/fediverse/reports/{report.pk}/", {"action": "settle"}, follow=True)
    assert "Die Meldung ist erledigt." in page.content.decode()
    report.refresh_from_db()
    assert report.settled
    assert report.settled_by
    operator.post(f"/admin/fediverse/reports/{report.pk}/", {"action": "open"})
    report.refresh_from_db()
    assert (report.settled, report.settled_by) == (None, "")


def test_what_is_open_stands_first(operator: Client) -> None:
    add_report(1)
    settled = add_report(2)
    operator.post(f"/admin/fediverse/reports/{settled.pk}/", {"action": "settle"})
    shown = operator.get("/admin/fediverse/reports/").context["page"].object_list
    assert [bool(report.settled) for report in shown] == [False, True]


@pytest.mark.parametrize("what", ["followers", "reports"])
def test_lists_ask_the_database_as_often_for_three_as_for_one(operator: Client, what: str) -> None:
    counts = []
    for number in range(1, 4):
        add_report(number)
        Follower.objects.create(actor=f"https://anderswo.example/{number}", host="anderswo.example")
        operator.get(f"/admin/fediverse/{what}/")
        with CaptureQueriesContext(connection) as asked:
            operator.get(f"/admin/fediverse/{what}/")
        counts.append(len(asked))
    assert counts[0] == counts[-1]
