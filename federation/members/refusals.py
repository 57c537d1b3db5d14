"""Why somebody is not signed in: a sentence for the person and one for the log."""

from __future__ import annotations

from hub.errors import HubError


class SignInRefused(HubError):
    """A sign-in that did not come about; nothing was created.

    ``title`` and the message are for the person, ``advice`` says what to do, ``reason`` is for the log.
    """

    def __init__(self, title: str, message: str, advice: str, reason: str, status: int = 403) -> None:
        super().__init__(message)
        self.title, self.advice, self.reason, self.status = title, advice, reason, status
