"""Why something was not done to an account or a role."""

from __future__ import annotations

from hub.errors import HubError


class Refused(HubError):
    """Rights or the state of things forbid it: show the sentence, which says what to do instead.

    ``field`` names the input of a form that the sentence is about, if it is about one.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field
