"""What organisers do with proposals, under the lock of the plan; proposers are told of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from events.models import EventDesk, Interest, Person, Session, Vote
from events.models.session import OPEN
from events.planning.locking import lock_plan, note_change
from events.proposing.hosts import settle_hosts
from events.proposing.refusals import ProposalOutdated, ProposalRefused
from events.proposing.services import (
    Wording,
    end_session,
    lock_session,
    tell_proposer,
)

State = Session.State


@transaction.atomic
def accept(session: Session) -> Session:
    """It can be placed from now on, and has its hosts. Accepted already, it stays so."""
    plan, session = lock_session(session)
    if session.state == State.ACCEPTED:
        return session
    _require(session, State.PROPOSED)
    session.state = State.ACCEPTED
    session.reason = ""
    session.version += 1
    session.save()
    settle_hosts(session)
    note_change(plan)
    tell_proposer(session, "proposal_accepted")
    return session


@transaction.atomic
def decline(session: Session, reason: str, user: Any, now: dt.datetime) -> Session:
    """It does not take place, and its proposer reads why. Declined already, it stays so.

    Its place in the plan is free; a released programme tells of it with its next release.
    """
    plan, session = lock_session(session)
    if session.state == State.DECLINED:
        return session
    _require(session, *OPEN)
    end_session(session, State.DECLINED, user, now, reason=reason)
    note_change(plan)
    tell_proposer(session, "proposal_declined", reason=reason)
    return session


@transaction.atomic
def reopen(session: Session, user: Any, now: dt.datetime) -> Session:
    """It is a proposal again: one that was declined, accepted, or merged into another by mistake.

    Its proposer is told. Votes and interest that were moved by a merger stay where they are.
    """
    plan, session = lock_session(session)
    if session.state == State.PROPOSED:
        return session
    joined, before = session.merged_into, session.state
    _require(session, State.DECLINED, State.ACCEPTED, *([State.WITHDRAWN] if joined else []))
    end_session(session, State.PROPOSED, user, now, reason="", merged_into=None)
    if joined is not None and joined.state == State.ACCEPTED:
        joined.plan = plan
        settle_hosts(joined)
    note_change(plan)
    tell_proposer(session, "proposal_reopened", before=before)
    return session


@transaction.atomic
def reword(session: Session, wording: Wording, seen: int) -> Session:
    """Title, summary, length and who runs it, as organisers put it; the proposer gets the new wording.

    Raises :class:`ProposalOutdated` if it is not version ``seen`` any more.
    """
    plan, session = lock_session(session)
    _require(session, *OPEN)
    if session.version != seen:
        raise ProposalOutdated(gettext("The proposal was changed meanwhile. Please compare and save again."))
    told = ("title", "summary", "minutes", "co_hosts")
    if all(getattr(session, name) == getattr(wording, name) for name in told):
        return session
    for name in told:
        setattr(session, name, getattr(wording, name))
    session.version += 1
    session.save()
    if session.state == State.ACCEPTED:
        settle_hosts(session)
    note_change(plan)
    tell_proposer(session, "proposal_edited")
    return session


@transaction.atomic
def merge(kept: Session, other: Session, user: Any, now: dt.datetime) -> Session:
    """``other`` becomes part of ``kept``: its hosts, interest and votes go there, and it is withdrawn.

    Whoever voted for both gets one vote back; who proposed both is named only if they agreed with both. Its
    place in the plan is free. Raises :class:`ProposalRefused` for a session with itself, for what is not
    offered, and if one of those who join runs another session then.
    """
    if kept.pk == other.pk:
        raise ProposalRefused(gettext("A proposal cannot be merged with itself."))
    plan, kept = lock_session(kept)
    _, other = lock_session(other)
    if other.merged_into_id == kept.pk:
        return kept
    _require(kept, *OPEN)
    _require(other, *OPEN)
    end_session(other, State.WITHDRAWN, user, now, merged_into=kept)
    Session.objects.filter(merged_into=other).update(merged_into=kept)
    _keep_names_back(kept)
    _move_interest(other, kept)
    _move_votes(other, kept)
    kept.version += 1
    kept.save()
    if kept.state == State.ACCEPTED:
        settle_hosts(kept)
    note_change(plan)
    tell_proposer(other, "proposal_merged", kept=kept, other=other)
    if kept.proposer_id != other.proposer_id:
        tell_proposer(kept, "proposal_merged", kept=kept, other=other)
    return kept


@transaction.atomic
def add(desk: EventDesk, key: uuid.UUID, wording: Wording) -> Session:
    """A session somebody announced in the room, accepted at once; the same one sent twice is one."""
    plan = lock_plan(desk)
    if held := Session.objects.filter(pk=key).first():
        if held.plan_id == plan.pk:
            return held
        key = uuid.uuid4()
    session = Session(pk=key, plan=plan, state=State.ACCEPTED, title=wording.title)
    session.summary, session.minutes, session.co_hosts = wording.summary, wording.minutes, wording.co_hosts
    session.save(force_insert=True)
    settle_hosts(session)
    note_change(plan)
    return session


def _require(session: Session, *states: str) -> None:
    if session.state not in states:
        words = gettext("“%(title)s” is %(state)s; this is not possible any more.")
        raise ProposalRefused(words % {"title": session.title, "state": session.get_state_display()})


def _keep_names_back(kept: Session) -> None:
    parts = Session.objects.filter(Q(pk=kept.pk) | Q(merged_into=kept))
    hidden = parts.filter(shows_name=False).values("proposer")
    parts.filter(proposer__in=hidden).update(shows_name=False)
    kept.refresh_from_db(fields=["shows_name"])


def _move_interest(other: Session, kept: Session) -> None:
    people = Interest.objects.filter(session=other).values_list("person", flat=True)
    Interest.objects.bulk_create(
        (Interest(person_id=person, session=kept) for person in people), ignore_conflicts=True
    )
    Interest.objects.filter(session=other).delete()


def _move_votes(other: Session, kept: Session) -> None:
    """Each keeps its number, so nobody has more than before; voters are locked as when they vote."""
    voters = Person.objects.filter(votes__session=other).values("pk")
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=voters).order_by("pk"))
    both = Vote.objects.filter(session=kept).values("person")
    Vote.objects.filter(session=other).exclude(person__in=both).update(session=kept)
    Vote.objects.filter(session=other).delete()
