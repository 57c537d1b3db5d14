from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from hub.catalogue import settling
from hub.catalogue.models import CatalogueEntry
from hub.site import tasks
from tests.factories.pages import add_report, add_section

pytestmark = pytest.mark.django_db


def test_what_is_due_is_published_and_what_has_expired_withdrawn():
    section = add_section()
    early = add_report(section, "Früher", live=False)
    early.go_live_at = timezone.now() - dt.timedelta(minutes=1)
    early.save_revision(approved_go_live_at=early.go_live_at)
    late = add_report(section, "Abgelaufen", expire_at=timezone.now() + dt.timedelta(hours=1))
    settling.settle()
    type(late).objects.filter(pk=late.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    tasks.publish_scheduled(0)
    settling.settle()
    states = dict(CatalogueEntry.objects.filter(kind="case_report").values_list("title", "state"))
    assert states == {"Früher": "live", "Abgelaufen": "withdrawn"}


def test_the_nightly_comparison_mends(caplog):
    page = add_report(add_section(), "Bericht")
    settling.settle()
    CatalogueEntry.objects.filter(uuid=page.translation_key).update(digest="sha256:" + "0" * 64)
    tasks.reconcile_nightly(0)
    assert "the catalogue differed from its pages" in caplog.text
    assert not settling.reconcile().mended


def test_sessions_that_have_run_out_are_deleted_and_no_others():
    for key, days in (("old", -1), ("new", 1)):
        expires = timezone.now() + dt.timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    tasks.forget_sessions(0)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
