"""Verbs: say what became of a session, and take it back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Outcome, Session
from events.planning.refusing import Refused

REASON_LENGTH = 300


@transaction.atomic
def note_outcome(
    key: uuid.UUID, *, held: bool, user: Any, now: dt.datetime, reason: str | None = None
) -> Outcome:
    """Say that a session was held or was not; the same again changes nothing.

    ``reason`` tells why it was not, or why there is no page; None keeps what was said, as long as that was
    said of the same. Raises :class:`Refused` for a session that cannot have been held yet (``early``), a
    reason that is ``too_long``, and for „not held“ of one that has a page (``has_page``).
    """
    session = lock_session(key)
    outcome = Outcome.objects.filter(session=session).first() or Outcome(session=session, held=held)
    if held:
        refuse_early(session, now)
    elif outcome.page_id:
        raise Refused(
            "has_page",
            _("There is a page of this session, so it was held. Delete the page first if that is wrong."),
        )
    kept = outcome.reason if reason is None and outcome.held == held else ""
    outcome.reason = kept if reason is None else _read_reason(reason)
    outcome.held, outcome.user = held, user
    outcome.save()
    return outcome


@transaction.atomic
def clear_outcome(key: uuid.UUID) -> None:
    """Nothing is said of the session any more. Raises :class:`Refused` if it has a page (``has_page``)."""
    outcome = Outcome.objects.filter(session=lock_session(key)).first()
    if outcome is None:
        return
    if outcome.page_id:
        raise Refused("has_page", _("There is a page of this session. Delete the page first."))
    outcome.delete()


def lock_session(key: uuid.UUID) -> Session:
    """The session with plan, desk and event: nobody else says what became of it meanwhile."""
    found = Session.objects.select_for_update(of=("self",)).select_related("plan__desk__event")
    return found.get(pk=key)


def refuse_early(session: Session, now: dt.datetime) -> None:
    """Raises :class:`Refused` (``early``) for a session that has not begun."""
    place = getattr(session, "placement", None)
    begins = place.during.lower if place else session.plan.desk.event.starts
    if begins is None or now < begins:
        raise Refused("early", _("This session has not begun yet. Say afterwards what became of it."))


def _read_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if len(text) > REASON_LENGTH:
        raise Refused(
            "too_long", _("Please say it in at most %(most)s characters.") % {"most": REASON_LENGTH}
        )
    return text
