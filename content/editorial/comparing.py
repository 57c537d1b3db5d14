"""Fields that Wagtail's comparison of versions does not know."""

from __future__ import annotations

from typing import Any

from wagtail.admin.compare import M2MFieldComparison, register_comparison_class

from content.models.fields import TopicsField
from content.topics import topic_choices


class TopicsComparison(M2MFieldComparison):
    """Topics by their names, those that went and those that came."""

    def get_items(self) -> tuple[list[Any], list[Any]]:
        """Codes of both versions; an old one may hold none."""
        return list(self.val_a or []), list(self.val_b or [])

    def get_item_display(self, item: str) -> str:
        """What people call it; a code the vocabulary has lost stays as it is."""
        return str(dict(topic_choices()).get(item, item))


def register() -> None:
    """Called when the app is ready."""
    register_comparison_class(TopicsField, comparison_class=TopicsComparison)
