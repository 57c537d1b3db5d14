from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from content.models import BodyPage
from hub.catalogue import settling
from hub.env import env
from hub.municipalities.models import Body
from hub.municipalities.starter import apply_starter
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


def test_the_body_has_the_facts_of_the_directory():
    call_command("init_site")
    page = BodyPage.objects.get()
    assert (page.title, page.slug) == ("Mainz", "mainz")
    assert (page.body.kind, page.body.population, page.body.postcode) == ("city", 220_552, "55116")
    assert Body.objects.get(pk="07131").name == "Landkreis Ahrweiler"


def test_what_is_given_overrides_the_directory_for_good():
    call_command("init_site", name="Mainz am Rhein", kind="town", population=230_000)
    call_command("init_site")
    apply_starter()
    body = BodyPage.objects.get().body
    assert (body.name, body.kind, body.population) == ("Mainz am Rhein", "town", 230_000)
    assert (body.population_date, body.source) == (None, "eigene Angabe")
    assert body.latitude == 50.00196, "what was not given is that of the directory"


def test_saying_what_the_directory_says_keeps_its_source():
    call_command("init_site", name="Mainz", kind="city", population=220_552)
    assert BodyPage.objects.get().body.source.startswith("Destatis")


def test_a_body_the_directory_does_not_know_is_what_was_given(monkeypatch):
    monkeypatch.setattr("hub.site.management.commands.init_site.env", replace(env, body="eigenbetrieb"))
    call_command("init_site", kind="other")
    body = BodyPage.objects.get().body
    assert (body.key, body.name, body.kind, body.population) == ("eigenbetrieb", env.name, "other", None)


def test_without_a_body_nothing_is_set_up(monkeypatch):
    monkeypatch.setattr("hub.site.management.commands.init_site.env", replace(env, body=""))
    with pytest.raises(CommandError, match="HUB_BODY is missing"):
        call_command("init_site")
    assert not Body.objects.exists()
