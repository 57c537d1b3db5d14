from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Page, Site

from content.models import BodyPage
from hub.catalogue import settling
from hub.site.models import HomePage

pytestmark = pytest.mark.django_db


def test_a_fresh_instance_gets_its_site_and_section(client):
    call_command("init_site", name="Neustadt", population=53_000)
    settling.settle()
    assert Site.objects.get().root_page.specific == HomePage.objects.get()
    assert client.get("/").status_code == 200
    page = BodyPage.objects.get()
    assert client.get("/neustadt/").status_code == 200
    assert page.body.population == 53_000
    assert set(Group.objects.filter(name__endswith="Neustadt").values_list("name", flat=True)) == {
        "Mitglied Neustadt",
        "Autor Neustadt",
        "Redaktion Neustadt",
        "Koordination Neustadt",
    }


def test_a_second_run_changes_nothing():
    call_command("init_site", name="Neustadt")
    before = list(Page.objects.values_list("pk", "title", "latest_revision"))
    call_command("init_site", name="Altstadt")
    assert list(Page.objects.values_list("pk", "title", "latest_revision")) == before
