"""The vocabulary of topics: slugs travel in documents, what they are called is said by the theme."""

from __future__ import annotations

from django.utils.functional import Promise

from theme.labels import TOPICS

__all__ = ["TOPICS", "topic_choices"]


def topic_choices() -> list[tuple[str, str | Promise]]:
    """Choices of a form field, in the order of the vocabulary."""
    return list(TOPICS.items())
