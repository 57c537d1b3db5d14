"""The vocabulary of topics: those every hub knows, and those that hubs have added and merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language

from hub.catalogue.topics import follow_merges, read_topics, resolve
from hub.documents import DEFAULT_LANGUAGE
from theme.labels import TOPICS


@dataclass(frozen=True)
class Vocabulary:
    """``names`` says what the current topics are called, built-in ones first; ``merges`` leads merged
    codes to current ones."""

    names: Mapping[str, str | Promise]
    merges: Mapping[str, str]

    def name(self, code: str) -> str:
        """What the topic is called; of a merged one, the topic it became; else the code itself."""
        current = self.merges.get(code, code)
        return str(self.names.get(current, current))

    def current(self, codes: list[str]) -> list[str]:
        """Where these codes lead today, none twice."""
        return resolve(codes, self.merges)


def read_vocabulary() -> Vocabulary:
    """The vocabulary in the language of whoever looks; one query."""
    language = (get_language() or DEFAULT_LANGUAGE).split("-")[0]
    added = read_topics()
    merges = follow_merges(added)
    names: dict[str, str | Promise] = dict(TOPICS)
    for code, topic in added.items():
        if code not in merges:
            names[code] = topic.names.get(language) or topic.names.get(DEFAULT_LANGUAGE) or code
    return Vocabulary(names, merges)


def vocabulary_of(holder: Any) -> Vocabulary:
    """The vocabulary, read once for a request, or for whatever else one rendering keeps."""
    vocabulary: Vocabulary | None = vars(holder).get("vocabulary")
    if vocabulary is None:
        vocabulary = vars(holder)["vocabulary"] = read_vocabulary()
    return vocabulary
