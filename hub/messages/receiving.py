"""What a letter of another hub has to hold to: the rules of those who write here, as its way allows."""

from __future__ import annotations

import datetime as dt

from hub.catalogue.queries import find_entries
from hub.documents import Viewer
from hub.messages import queries
from hub.messages.letters import Letter, letter_of
from hub.messages.models import BEGINNINGS, Message, MessageType
from hub.messages.refusals import Reason, RefusedLetter

AHEAD = dt.timedelta(minutes=15)
"""How far another hub's clock may be ahead."""

BEHIND = dt.timedelta(days=400)
"""How long ago a letter may have been sent: a hub may be down for a while, and none invents its past."""


def is_known(letter: Letter) -> bool:
    """Whether just this letter is held already. Raises :class:`RefusedLetter` if its id is another's."""
    held = Message.objects.filter(pk=letter.id).first()
    if held is None:
        return False
    if letter_of(held) != letter:
        raise RefusedLetter(Reason.CONFLICT, "another message is held under this id")
    return True


def check_letter(message: Message, now: dt.datetime) -> None:
    """Raises :class:`RefusedLetter` if the message of a letter may not be held, now or ever."""
    if not now - BEHIND <= message.sent <= now + AHEAD:
        raise RefusedLetter(Reason.DATED, f"it was sent at {message.sent}, which is too far from now")
    if message.type in BEGINNINGS:
        _check_subject(message)
    else:
        _check_thread(message)


def _check_subject(message: Message) -> None:
    entry = find_entries([message.subject_id], Viewer.member()).get(message.subject_id)
    if entry is None or not entry.is_local or entry.publishers[:1] != [message.recipient]:
        raise RefusedLetter(
            Reason.SUBJECT, f"{message.subject_id} is none that {message.recipient} publishes"
        )
    if queries.open_thread(message.sender, message.subject_id, message.origin):
        raise RefusedLetter(Reason.OPEN, f"{message.sender} has an open request about it")


def _check_thread(message: Message) -> None:
    """An answer is between the two of the thread and comes from the hub the other one is at."""
    thread = queries.lock_thread(message.thread)
    if thread is None:
        raise RefusedLetter(Reason.THREAD, "its thread is not held here")
    first = thread.first
    back = (message.sender, message.recipient) == (first.recipient, first.sender)
    on = (message.sender, message.recipient) == (first.sender, first.recipient)
    belongs = (back and first.destination == message.origin) or (on and first.origin == message.origin)
    if not belongs or message.subject_id != first.subject_id:
        raise RefusedLetter(Reason.THREAD, "it is not one of this thread")
    if not queries.is_held(first) or not _crossed(message, thread.closing):
        raise RefusedLetter(Reason.THREAD, "its thread is closed")
    if message.type == MessageType.CLOSING and back and thread.answer is None:
        raise RefusedLetter(Reason.THREAD, "whoever was asked answers before closing")


def _crossed(message: Message, closing: Message | None) -> bool:
    """Whether a letter was written before its hub could know of the closing.

    Its own hub's closing it knew at once; that of this hub when it arrived there, by this hub's clock.
    """
    if closing is None:
        return True
    if closing.origin == message.origin:
        return message.sent <= closing.sent
    return closing.arrived is None or message.sent <= closing.arrived + AHEAD
