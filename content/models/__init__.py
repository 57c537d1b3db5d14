"""Page types, one per file."""

from content.models.adoption import AdoptionPage
from content.models.body import BodyPage
from content.models.case_report import CaseReportPage, CaseShare
from content.models.check import CheckPage
from content.models.co_publication import CoPublicationPage
from content.models.dataset import DatasetPage
from content.models.focus_group import FocusGroupPage
from content.models.indicator import IndicatorPage
from content.models.knowledge_format import KnowledgeFormatPage
from content.models.module import ModulePage
from content.models.motion import MotionPage
from content.models.news import NewsPage
from content.models.question import QuestionPage
from content.models.topic import TopicPage
from content.models.training import TrainingPage
from content.uploading.models import Upload

__all__ = [
    "AdoptionPage",
    "BodyPage",
    "CaseReportPage",
    "CaseShare",
    "CheckPage",
    "CoPublicationPage",
    "DatasetPage",
    "FocusGroupPage",
    "IndicatorPage",
    "KnowledgeFormatPage",
    "ModulePage",
    "MotionPage",
    "NewsPage",
    "QuestionPage",
    "TopicPage",
    "TrainingPage",
    "Upload",
]
