"""Telling those who asked that their answer is published."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published

from content.models import QuestionPage
from hub.site.questions.publishing import tell_published


@receiver(page_published, sender=QuestionPage, dispatch_uid="site.question_published")
def tell_asking_body(instance: QuestionPage, **kwargs: Any) -> None:
    """With its first publication only, whenever that happens: at once, after review or by schedule."""
    tell_published(instance)
