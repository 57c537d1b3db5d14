"""System checks: rules that hold for every page type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register
from wagtail.models import Page, get_page_models

from hub.catalogue.pages import ShareablePage


@register("hub")
def check_page_types(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every page type is shareable (else hub.E001, or it says why) and builds documents (else hub.E002)."""
    return list(page_type_faults(model for model in get_page_models() if model is not Page))


def page_type_faults(models: Iterable[type[Page]]) -> Iterable[CheckMessage]:
    """The faults of these page types."""
    for model in models:
        if issubclass(model, ShareablePage):
            if model.to_document is ShareablePage.to_document:
                yield Error(
                    f"{model.__name__} is shareable but builds no document.",
                    hint="Implement to_document(), which returns a hub.documents.Document.",
                    obj=model,
                    id="hub.E002",
                )
        elif not getattr(model, "not_shareable", ""):
            yield Error(
                f"{model.__name__} is neither shareable nor declared otherwise.",
                hint="Derive it from ShareablePage, or set not_shareable to the reason.",
                obj=model,
                id="hub.E001",
            )
