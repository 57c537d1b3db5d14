"""Translating through the admin: whose pages, with how few clicks, and what readers get."""
# ruff: noqa: F811 - tests name the fixtures they import

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from content.models import CaseReportPage
from content.services import open_section
from hub.accounts.models import Role
from tests.content.translation import (  # noqa: F401 - fixtures
    GERMAN,
    document_of,
    editor,
    locale,
    publish,
    reword,
    section,
    submit,
    translate_all,
    wording_of,
)
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_an_editor_translates_a_report_in_three_steps(client, editor, section):
    report = add_report(section, "Parkraum")
    explorer = client.get(reverse("wagtailadmin_explore", args=[report.pk]), headers=GERMAN).content.decode()
    assert "Diese Seite übersetzen" in explorer

    response = submit(client, report, "en")
    english = wording_of(report, "en")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[english.pk])
    assert not english.live, "German words are never published as English ones"
    assert english.get_parent().alias_of_id == section.pk, "its parent came along"
    assert list(document_of(report).texts) == ["de"]
    assert client.get(response["Location"], headers=GERMAN).status_code == 200

    translate_all(client, english, title="Parking space")
    publish(client, english)
    texts = document_of(report).texts
    assert {tag: text.title for tag, text in texts.items()} == {"de": "Parkraum", "en": "Parking space"}
    assert texts["en"].sections[0].blocks[0].text.startswith("EN ")
    assert not texts["en"].outdated


def test_strings_without_translation_make_a_wording_out_of_date(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "en")
    publish(client, wording_of(report, "en"))
    assert document_of(report).texts["en"].outdated
    translate_all(client, wording_of(report, "en"))
    publish(client, wording_of(report, "en"))
    assert not document_of(report).texts["en"].outdated


def test_taking_a_change_over_ends_the_mark(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "en")
    translate_all(client, wording_of(report, "en"))
    publish(client, wording_of(report, "en"))
    reword(report, summary="Es wurde teurer.")
    assert document_of(report).texts["en"].outdated

    publish(client, wording_of(report, "en"))
    assert document_of(report).texts["en"].outdated, "it was put together from what was read before"
    source = TranslationSource.objects.get(object_id=report.translation_key)
    client.post(reverse("wagtail_localize:update_translations", args=[source.pk]), {})
    assert document_of(report).texts["en"].outdated
    translate_all(client, wording_of(report, "en"))
    publish(client, wording_of(report, "en"))
    assert not document_of(report).texts["en"].outdated


def test_a_text_in_simple_language_is_written_freely(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "de-simple")
    simple = wording_of(report, "de-simple")
    assert not Translation.objects.get(source__object_id=report.translation_key).enabled
    html = client.get(reverse("wagtailadmin_pages:edit", args=[simple.pk]), headers=GERMAN).content.decode()
    assert 'name="summary"' in html
    assert 'name="costs_once"' not in html, "facts are those of the German page"
    reword(simple, title="Parken in der Stadt")
    assert document_of(report).texts["de-simple"].title == "Parken in der Stadt"


@pytest.mark.parametrize(
    ("role", "own", "allowed"),
    [
        (Role.AUTHOR, True, True),
        (Role.AUTHOR, False, False),
        (Role.EDITOR, False, True),
        (Role.MEMBER, False, False),
    ],
)
def test_who_may_edit_a_page_may_translate_it(client, section, role, own, allowed):
    user = add_person("jemand@koblenz.example", section.body, role)
    client.force_login(user)
    report = add_report(section, "Parkraum")
    if own:
        Page.objects.filter(pk=report.pk).update(owner=user)
    submit(client, report, "en")
    made = CaseReportPage.objects.filter(translation_key=report.translation_key, locale=locale("en"))
    assert made.exists() is allowed
    if allowed:
        assert made.get().permissions_for_user(user).can_edit(), "and goes on with it"


def test_nobody_translates_for_another_body(client, editor, section):
    other = add_section("trier", add_body("07211000", "Trier"))
    open_section(other)
    report = add_report(other, "Beleuchtung")
    client.get(reverse("wagtailadmin_home"))
    refused = submit(client, report, "en")
    assert refused.status_code == 302
    assert refused["Location"] == reverse("wagtailadmin_home")
    assert not Page.objects.filter(locale=locale("en")).exists()


def test_nobody_takes_changes_over_for_another_body(client, section):
    other = add_section("trier", add_body("07211000", "Trier"))
    open_section(other)
    report = add_report(other, "Beleuchtung")
    client.force_login(add_person("redaktion@trier.example", other.body, Role.EDITOR))
    submit(client, report, "en")
    source = TranslationSource.objects.get(object_id=report.translation_key)
    url = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert client.get(url).status_code == 200
    client.force_login(add_person("redaktion@koblenz.example", section.body, Role.EDITOR))
    assert client.get(url).status_code == 302
    assert client.post(url, {"publish_translations": "on"}).status_code == 302
    assert not wording_of(report, "en").live


def test_an_author_does_not_publish_by_taking_changes_over(client, section):
    user = add_person("autorin@koblenz.example", section.body, Role.AUTHOR)
    client.force_login(user)
    report = add_report(section, "Parkraum")
    Page.objects.filter(pk=report.pk).update(owner=user)
    submit(client, report, "en")
    source = TranslationSource.objects.get(object_id=report.translation_key)
    client.post(
        reverse("wagtail_localize:update_translations", args=[source.pk]), {"publish_translations": "on"}
    )
    assert not wording_of(report, "en").live


def test_the_report_of_all_translations_is_closed(client, editor):
    assert client.get("/admin/localize/reports/translations/").status_code == 404
    assert client.get("/admin/localize/reports/translations/results/").status_code == 404
    assert "localize/reports" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_the_dashboard_names_what_is_out_of_date_until_somebody_says_it_is_right(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "en")
    translate_all(client, wording_of(report, "en"), title="Parking space")
    publish(client, wording_of(report, "en"))
    home = reverse("wagtailadmin_home")
    assert "Übersetzungen, die nachzuziehen sind" not in client.get(home, headers=GERMAN).content.decode()

    reword(report, summary="Es wurde teurer.")
    html = client.get(home, headers=GERMAN).content.decode()
    assert "Übersetzungen, die nachzuziehen sind" in html
    assert "Parking space" in html
    address = reverse("wording", args=[wording_of(report, "en").pk])
    assert (
        address
        in client.get(
            reverse("wagtailadmin_pages:edit", args=[wording_of(report, "en").pk]), headers=GERMAN
        ).content.decode()
    )
    assert "Diese Fassung ist weiter richtig" in client.get(address, headers=GERMAN).content.decode()
    client.post(address, {"action": "still_right"}, headers=GERMAN)
    assert not document_of(report).texts["en"].outdated
    assert "Übersetzungen, die nachzuziehen sind" not in client.get(home, headers=GERMAN).content.decode()


def test_the_state_of_a_wording_is_for_those_who_publish_it(client, section):
    report = add_report(section, "Parkraum")
    client.force_login(add_person("redaktion@koblenz.example", section.body, Role.EDITOR))
    submit(client, report, "en")
    publish(client, wording_of(report, "en"))
    address = reverse("wording", args=[wording_of(report, "en").pk])
    assert client.get(reverse("wording", args=[report.pk])).status_code == 404, (
        "the original has no such state"
    )
    for role in (Role.AUTHOR, Role.MEMBER):
        client.force_login(add_person(f"{role}@koblenz.example", section.body, role))
        assert client.get(address).status_code == 302
        assert client.post(address, {"action": "still_right"}).status_code == 302


def test_tables_are_translated(client, editor, section):
    table = {
        "columns": [{"type": "text", "heading": "Jahr"}, {"type": "rich", "heading": "Quelle"}],
        "rows": [
            {"values": ["2026", '<p>siehe <a href="https://x.example/a.b">Bericht</a></p>']},
            {"values": ["2027", "<p></p>"]},
        ],
        "caption": "Zahlen",
    }
    report = add_report(section, "Parkraum")
    goal = [{"type": "table", "value": table, "id": "1b2c3d4e-0000-4000-8000-000000000001"}]
    report.goal = report._meta.get_field("goal").to_python(goal)
    report.save_revision().publish()
    submit(client, CaseReportPage.objects.get(pk=report.pk), "en")
    english = wording_of(report, "en")
    offered = StringSegment.objects.filter(context__path__startswith="goal").order_by("order")
    assert [segment.string.data for segment in offered] == [
        "Zahlen", "Jahr", "Quelle", 'siehe <a id="a1">Bericht</a>',
    ]  # fmt: skip
    editor_page = client.get(reverse("wagtailadmin_pages:edit", args=[english.pk]), headers=GERMAN)
    assert "siehe" in editor_page.content.decode()
    translate_all(client, english)
    publish(client, english)
    sections = {each.anchor: each for each in document_of(report).texts["en"].sections}
    (block,) = sections["ziel"].blocks
    assert "<caption>EN Zahlen</caption>" in block.html
    assert '<th scope="col">EN Jahr</th>' in block.html
    assert '<td>2026</td><td><p>EN siehe <a href="https://x.example/a.b">Bericht</a></p></td>' in block.html
