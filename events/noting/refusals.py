"""Why something is not written, in a sentence for whoever wrote it. What they typed stays with them."""

from __future__ import annotations

from hub.errors import HubError


class NoteRefused(HubError):
    """It cannot be written as it is: do what the sentence says; the text was not changed."""


class NoteClosed(NoteRefused):
    """Writing has ended: copy the text, or ask a host or an organiser to open the note again."""


class NoteTooLong(NoteRefused):
    """More than a note holds: shorten it; the text is kept where it was typed."""
