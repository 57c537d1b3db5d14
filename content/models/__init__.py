"""Page types, one per file."""

from content.models.body import BodyPage
from content.models.case_report import CaseReportPage, CaseShare
from content.models.module import ModulePage

__all__ = ["BodyPage", "CaseReportPage", "CaseShare", "ModulePage"]
