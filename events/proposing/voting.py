"""Saying that one comes, and voting.

A vote takes the lowest free number of its voter, 1 to ``votes_each``. The voter's row is locked first:
without that, taps at the same time all take the same number, and one of them is kept.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from events.models import EventDesk, EventPage, Interest, Person, Registration, Session, Vote
from events.models.session import OPEN
from events.phases import Phase, is_open, list_spans
from events.proposing.refusals import ProposalRefused

Seat = Registration.State
WITHOUT_SEAT = {
    Seat.UNCONFIRMED: _("Everybody with a confirmed seat votes. Please register first."),
    Seat.WAITING: _("You are on the waiting list. As soon as you have a seat, you vote."),
    Seat.OFFERED: _("A seat is offered to you. Please accept it by the link in your mail, then you vote."),
    Seat.CANCELLED: _("You have cancelled, and whoever has a seat votes. You can register again."),
    Seat.EXPIRED: _("The seat you were offered went to the next person. You can register again."),
}
"""What to tell somebody without a confirmed seat who votes, by the state of the registration."""


def mark_interest(desk: EventDesk, person: Person, session_id: uuid.UUID, now: dt.datetime) -> None:
    """„Ich komme“. Once more changes nothing.

    Raises ``Session.DoesNotExist`` for what this event does not have, :class:`ProposalRefused` after it.
    """
    event = desk.event
    if event.status == EventPage.Status.CANCELLED or (event.ends and event.ends <= now):
        raise ProposalRefused(gettext("This is no longer possible: the event is over or cancelled."))
    _require_offered(desk, session_id)
    Interest.objects.bulk_create([Interest(person=person, session_id=session_id)], ignore_conflicts=True)


def unmark_interest(desk: EventDesk, person: Person, session_id: uuid.UUID) -> None:
    """They do not come after all. Raises ``Session.DoesNotExist`` for what this event does not have."""
    Session.objects.only("pk").get(pk=session_id, plan__desk=desk)
    Interest.objects.filter(person=person, session=session_id).delete()


def give_vote(desk: EventDesk, person: Person, session_id: uuid.UUID, now: dt.datetime) -> int:
    """One of the votes of somebody with a seat; for the same session once more it is the same vote.

    Returns how many are left. Raises ``Session.DoesNotExist`` for what this event does not have and
    :class:`ProposalRefused` outside the vote, without a seat, or with no vote left; then nothing is kept.
    Five statements.
    """
    _require_vote(desk, now)
    with transaction.atomic():
        voter = _lock_voter(person)
        seat = getattr(voter, "registration", None)
        if seat is None or seat.state != Seat.CONFIRMED:
            raise ProposalRefused(str(WITHOUT_SEAT[seat.state if seat else Seat.UNCONFIRMED]))
        return take_number(desk, voter, session_id)


def take_back_vote(desk: EventDesk, person: Person, session_id: uuid.UUID, now: dt.datetime) -> int:
    """The vote is free for another session. Returns how many are left.

    Raises :class:`ProposalRefused` outside the vote, ``Session.DoesNotExist`` for what this event does not
    have.
    """
    _require_vote(desk, now)
    Session.objects.only("pk").get(pk=session_id, plan__desk=desk)
    with transaction.atomic():
        voter = _lock_voter(person)
        Vote.objects.filter(person=voter, session=session_id).delete()
        given = Vote.objects.filter(person=voter, session__state__in=OPEN).count()
        return max(0, desk.votes_each - given)


def take_number(desk: EventDesk, voter: Person, session_id: uuid.UUID) -> int:
    """The lowest free number for that session, the voter being locked. Returns how many are left.

    A vote for what is not offered any more gives its number away.
    """
    _require_offered(desk, session_id)
    held = {
        n: (key, state)
        for n, key, state in Vote.objects.filter(person=voter).values_list("n", "session", "session__state")
    }
    standing = [key for key, state in held.values() if state in OPEN]
    if session_id in standing:
        return max(0, desk.votes_each - len(standing))
    if len(standing) >= desk.votes_each:
        words = ngettext(
            "Your vote is given. Take it back to vote for this session.",
            "All your %(number)s votes are given. Take one back to vote for this session.",
            desk.votes_each,
        )
        raise ProposalRefused(words % {"number": desk.votes_each})
    numbers = range(1, desk.votes_each + 1)
    n = next((n for n in numbers if n not in held), None)
    if n is None:
        n = next(n for n in numbers if held[n][1] not in OPEN)
        Vote.objects.filter(person=voter, n=n).delete()
    Vote.objects.create(person=voter, session_id=session_id, n=n)
    return desk.votes_each - len(standing) - 1


def _require_offered(desk: EventDesk, session_id: uuid.UUID) -> None:
    found = Session.objects.filter(plan__desk=desk).values_list("state", "merged_into__title")
    state, part_of = found.get(pk=session_id)
    if state in OPEN:
        return
    if part_of:
        words = gettext("This session is part of “%(title)s” now. Please look for it there.")
        raise ProposalRefused(words % {"title": part_of})
    raise ProposalRefused(gettext("This session is not offered any more. All else stays as it was."))


def _require_vote(desk: EventDesk, now: dt.datetime) -> None:
    span = next(each for each in list_spans(desk) if each.phase is Phase.VOTE)
    if is_open(desk, Phase.VOTE, now):
        return
    if desk.event.status == EventPage.Status.CANCELLED:
        raise ProposalRefused(gettext("The event is cancelled: nobody votes any more."))
    if span.is_over(now):
        raise ProposalRefused(gettext("The vote is over. What was given until its end counts."))
    if span.opens is None:
        raise ProposalRefused(gettext("There is no vote at this event."))
    raise ProposalRefused(gettext("The vote has not begun yet. Please come back then."))


def _lock_voter(person: Person) -> Person:
    # Rows that only refer to the person, such as interest, need not wait (FOR NO KEY UPDATE). The seat is
    # read after it, not with it: joined, it would be what it was before the wait for somebody who cancels.
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)
