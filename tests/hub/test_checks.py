from __future__ import annotations

from django.core.checks import run_checks
from wagtail.models import Page

from content.models import CaseReportPage
from hub.catalogue.pages import ShareablePage
from hub.checks import page_type_faults
from hub.site.models import HomePage


class Forgotten(Page):
    class Meta:
        app_label = "tests"
        abstract = True


class Silent(ShareablePage):
    class Meta:
        app_label = "tests"
        abstract = True


def test_a_page_type_that_says_nothing_is_a_fault():
    (fault,) = page_type_faults([Forgotten])
    assert (fault.id, fault.obj) == ("hub.E001", Forgotten)
    assert "not_shareable" in fault.hint


def test_a_shareable_page_type_without_a_document_is_a_fault():
    (fault,) = page_type_faults([Silent])
    assert fault.id == "hub.E002"


def test_shareable_and_declared_page_types_pass():
    assert list(page_type_faults([CaseReportPage, HomePage])) == []


def test_the_project_has_no_such_fault():
    assert run_checks(tags=["hub"]) == []
