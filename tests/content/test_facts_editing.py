"""The editor of focus groups, formats, datasets and indicators: guided, forgiving with drafts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import NON_FIELD_ERRORS
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from content.blocks.facts import (
    DecisionBlock,
    DistributionBlock,
    MeasurementBlock,
    OpenQuestionBlock,
    SeatBlock,
)
from content.models import DatasetPage, FocusGroupPage, IndicatorPage, KnowledgeFormatPage
from tests.content.kinds import add_address, editor_of, form_data

EMPTY = {
    FocusGroupPage: {
        "rhythm": "",
        **dict.fromkeys(("sections", "seats", "decisions", "questions"), streamfield([])),
    },
    KnowledgeFormatPage: {
        **dict.fromkeys(("sections", "transcript"), streamfield([])),
        **dict.fromkeys(("format", "held", "recording_url", "minutes", "captions", "slides"), ""),
    },
    DatasetPage: {
        **dict.fromkeys(("sections", "distributions"), streamfield([])),
        **dict.fromkeys(("licence", "frequency", "area", "starts", "ends", "modified"), ""),
    },
    IndicatorPage: {
        **dict.fromkeys(("sections", "measurements"), streamfield([])),
        **dict.fromkeys(("unit", "formula", "source"), ""),
    },
}
NEEDED = {
    FocusGroupPage: {"seats"},
    KnowledgeFormatPage: {"format", "held"},
    DatasetPage: {"licence", "distributions"},
    IndicatorPage: {"unit", "formula"},
}
MODELS = list(EMPTY)
BLOCKS = [SeatBlock, DecisionBlock, OpenQuestionBlock, DistributionBlock, MeasurementBlock]


@pytest.fixture
def admin(section):
    return editor_of(section)


def address_of(section, model) -> str:
    return add_address(section, "content", model._meta.model_name)


@pytest.mark.parametrize("model", MODELS)
def test_the_editor_says_what_the_page_is_for_and_helps_with_each_field(admin, section, model):
    response = admin.get(address_of(section, model))
    fields = response.context["form"].fields
    assert 'class="help-block help-info"' in response.content.decode()
    assert all(fields[name].help_text for name in EMPTY[model])


@pytest.mark.parametrize("model", MODELS)
def test_a_draft_is_saved_with_nothing_but_a_title(admin, section, model):
    response = admin.post(address_of(section, model), form_data(**EMPTY[model], summary=""))
    assert response.status_code == 302
    assert model.objects.get(slug="titel").live is False


@pytest.mark.parametrize("model", MODELS)
def test_publishing_names_all_that_is_missing_at_once(admin, section, model):
    data = form_data(**EMPTY[model]) | {"action-publish": "x"}
    response = admin.post(address_of(section, model), data)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == NEEDED[model] | {NON_FIELD_ERRORS}
    (banner,) = map(str, response.context["messages"])
    assert "als Entwurf" in banner


def test_a_full_dataset_is_published(admin, section):
    way = {"title": "", "format": "CSV", "address": "https://daten.example.de/a.csv", "document": ""}
    fields = {
        **EMPTY[DatasetPage],
        "licence": "dl de by 2.0",
        "distributions": streamfield([("distribution", way)]),
    }
    response = admin.post(address_of(section, DatasetPage), form_data(**fields) | {"action-publish": "x"})
    assert response.status_code == 302
    page = DatasetPage.objects.get()
    assert (page.live, page.licence) == (True, "DL-DE-BY-2.0")


def test_a_dataset_that_ends_before_it_starts_is_refused_as_a_draft_too_and_nothing_is_lost(admin, section):
    fields = {**EMPTY[DatasetPage], "starts": "2026-02-01", "ends": "2026-01-31", "area": "Lützel"}
    response = admin.post(address_of(section, DatasetPage), form_data(**fields))
    assert "nicht enden" in response.context["form"].errors["ends"][0]
    assert "Lützel" in response.content.decode()


def test_a_decision_is_kept_with_its_day(admin, section):
    decision = {"decided": "2026-05-12", "text": rich_text("<p>Ein Netz.</p>")}
    fields = {**EMPTY[FocusGroupPage], "decisions": streamfield([("decision", decision)])}
    admin.post(address_of(section, FocusGroupPage), form_data(**fields))
    page = FocusGroupPage.objects.get().get_latest_revision_as_object()
    assert page.decisions[0].value["decided"] == dt.date(2026, 5, 12)


@pytest.mark.parametrize("block", BLOCKS)
def test_each_block_shows_what_it_is_before_it_is_chosen(admin, block):
    instance = block()
    assert instance.is_previewable
    assert str(instance.meta.description)
    response = admin.get(reverse("wagtailadmin_block_preview"), {"id": instance.definition_prefix})
    assert response.status_code == 200
    assert "<p>" in response.content.decode()
    assert "None" not in response.content.decode()
