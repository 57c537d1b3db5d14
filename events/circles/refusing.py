"""Why something in a workspace is not done, in a sentence for whoever wanted it."""

from __future__ import annotations

from hub.errors import HubError


class Refused(HubError):
    """Show the sentence beside what was typed, and keep that: nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
