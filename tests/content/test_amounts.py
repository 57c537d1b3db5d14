"""Numbers are read as people write them, and never as another number."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from content.amounts import EuroField, WholeNumberField
from content.models import AdoptionPage, CaseReportPage
from content.models.case_report import CaseShare


class AmountForm(forms.Form):
    amount = EuroField(required=False, min_value=0, max_value=1_000_000_000)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("18000", 18_000),
        ("18.000", 18_000),
        ("18 000", 18_000),
        ("18\u202f000", 18_000),
        ("18.000 €", 18_000),
        ("18000€", 18_000),
        ("€ 1.250", 1_250),
        ("1.250.000 Euro", 1_250_000),
        ("EUR 7", 7),
        (" 0 ", 0),
        ("", None),
        (18_000, 18_000),
    ],
)
def test_whole_euros_are_read_however_they_are_written(typed: str | int, amount: int | None) -> None:
    assert EuroField(required=False).clean(typed) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "1.250,50",
        "1,25",
        "1.25",
        "18.00",
        "18.0000",
        "1250.50",
        "18,000",
        "viel",
        "€",
        "1e5",
        "1 2",
        "9" * 40,
    ],
)
def test_anything_else_is_refused_and_not_read_as_less(typed: str) -> None:
    with translation.override("de"), pytest.raises(ValidationError) as refused:
        EuroField().clean(typed)
    assert refused.value.messages == ["Bitte nur volle Euro, zum Beispiel 18000."]


@pytest.mark.parametrize(
    ("typed", "message"), [("-1", "größer"), ("-1.000 €", "größer"), ("1.000.000.001", "kleiner")]
)
def test_what_is_negative_or_too_large_is_refused(typed: str, message: str) -> None:
    with translation.override("de"):
        form = AmountForm({"amount": typed})
        assert message in form.errors["amount"][0]


@pytest.mark.parametrize("grouping", [True, False])
def test_the_field_shows_what_was_typed_and_digits_that_it_reads_again(settings: Any, grouping: bool) -> None:
    settings.USE_THOUSAND_SEPARATOR = grouping
    with translation.override("de"):
        assert 'value="1.250,50 €"' in str(AmountForm({"amount": "1.250,50 €"})["amount"])
        shown = str(AmountForm(initial={"amount": 18_000})["amount"])
    assert 'value="18000"' in shown
    assert 'type="text"' in shown
    assert 'inputmode="numeric"' in shown


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (AdoptionPage, "costs_once"),
        (AdoptionPage, "costs_monthly"),
        (CaseReportPage, "costs_once"),
        (CaseReportPage, "costs_monthly"),
        (CaseShare, "yearly_eur"),
    ],
)
def test_the_editor_reads_euros_the_same_way(model: type, name: str) -> None:
    field = forms.modelform_factory(model, fields=[name]).base_fields[name]
    assert isinstance(field, EuroField)
    assert field.clean("18.000 €") == 18_000
    with pytest.raises(ValidationError):
        field.clean("-1")


def test_person_days_are_numbers_without_a_currency() -> None:
    field = CaseReportPage._meta.get_field("person_days").formfield()
    assert isinstance(field, WholeNumberField)
    assert field.clean("1.200") == 1_200
    with translation.override("de"), pytest.raises(ValidationError) as refused:
        field.clean("12 €")
    assert refused.value.messages == ["Bitte eine ganze Zahl eingeben, zum Beispiel 18000."]


def test_the_editors_own_form_uses_it() -> None:
    assert isinstance(CaseReportPage.get_edit_handler().get_form_class().base_fields["costs_once"], EuroField)
