"""What proposers do: propose, confirm, change, withdraw. All of it under the lock of the plan."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext

from events.mailing.writing import write_letter
from events.models import EventDesk, EventPage, Person, Plan, Session
from events.models.session import OPEN
from events.people import write_token
from events.phases import Phase, is_open
from events.planning.locking import lock_plan, note_change
from events.planning.services import take_out
from events.proposing.hosts import forget_idle_hosts, settle_hosts
from events.proposing.joining import Visitor, join_visitor
from events.proposing.queries import is_released
from events.proposing.refusals import ProposalOutdated, ProposalRefused
from events.proving import confirm_address
from events.registering.line import lock_desk
from hub.env import env

State = Session.State
CHANGEABLE = (*OPEN, State.UNCONFIRMED)
"""States in which proposers change what they wrote, until it is released."""

PROPOSALS_EACH = 10
"""How many of one person's proposals stand at the same time."""


@dataclass(frozen=True)
class Wording:
    """What a proposal says. ``away`` as :func:`events.proposing.periods.write_range` writes it."""

    title: str
    summary: str = ""
    minutes: int = 45
    co_hosts: str = ""
    remark: str = ""
    away: tuple[str, ...] = ()
    shows_name: bool = False


@transaction.atomic
def propose(desk: EventDesk, key: uuid.UUID, wording: Wording, visitor: Visitor, now: dt.datetime) -> Session:
    """A new proposal under the id ``key``; the same one sent twice is one.

    It is shown at once for those who are known, for others once they followed the link in the mail. Raises
    :class:`ProposalRefused` while no proposals are taken, and beyond ``PROPOSALS_EACH`` that stand.
    """
    if not is_open(desk, Phase.PROPOSALS, now):
        raise ProposalRefused(gettext("No sessions can be proposed at the moment."))
    lock_desk(desk.pk)
    plan = lock_plan(desk)
    person, proven = join_visitor(desk, visitor, now)
    if held := Session.objects.filter(pk=key).first():
        if held.plan_id == plan.pk and held.proposer_id == person.pk:
            return held
        key = uuid.uuid4()
    _require_room(plan, person, *(OPEN if proven else CHANGEABLE))
    state = State.PROPOSED if proven else State.UNCONFIRMED
    session = Session(pk=key, plan=plan, proposer=person, state=state)
    _write(session, wording)
    session.save(force_insert=True)
    note_change(plan)
    tell_proposer(session, "proposal_received", not_after=desk.event.starts if not proven else None)
    return session


@transaction.atomic
def confirm(session: Session, person: Person, user: Any, now: dt.datetime) -> Session:
    """The link in the mail was followed by its owner: the proposal is shown. Once more changes nothing.

    ``user`` is who is signed in then. Another account that typed the address before has not proved it, and
    loses the person. Raises :class:`ProposalRefused` once the event began or is cancelled, and beyond
    ``PROPOSALS_EACH``.
    """
    lock_desk(person.desk_id)
    plan = lock_plan(person.desk)
    session = Session.objects.select_for_update().get(pk=session.pk, proposer=person)
    if session.state != State.UNCONFIRMED:
        return session
    event = plan.desk.event
    if event.status == EventPage.Status.CANCELLED or (event.starts and event.starts <= now):
        raise ProposalRefused(gettext("This is no longer possible: the event has begun or is cancelled."))
    _require_room(plan, person, *OPEN)
    confirm_address(person, now, user.pk)
    session.state = State.PROPOSED
    session.save(update_fields=["state"])
    note_change(plan)
    return session


@transaction.atomic
def change(session: Session, wording: Wording, seen: int) -> Session:
    """The proposer's own change.

    Raises :class:`ProposalRefused` once it is released, or not offered any more, and
    :class:`ProposalOutdated` if it is not version ``seen`` any more.
    """
    plan, session = lock_session(session)
    _require_own_to_change(session)
    if session.version != seen:
        raise ProposalOutdated(gettext("The proposal was changed meanwhile. Please compare and save again."))
    has_new_times = list(wording.away) != session.away
    _write(session, wording)
    agree_on_names(session)
    session.version += 1
    session.save()
    if session.state == State.ACCEPTED:
        settle_hosts(session, by_proposer=has_new_times)
    note_change(plan)
    return session


@transaction.atomic
def show_name(session: Session, *, shows: bool) -> Session:
    """Whether the proposer is named in public with this session, whatever they wish for their others.

    Possible at any time. The plan and the lists follow at once, the released programme with the next release.
    """
    plan, session = lock_session(session)
    if session.proposer is None or session.shows_name == shows:
        return session
    session.shows_name = shows
    agree_on_names(session)
    session.version += 1
    session.save(update_fields=["shows_name", "version"])
    shown = session.merged_into or session
    if shown.state == State.ACCEPTED:
        shown.plan = plan
        settle_hosts(shown)
    note_change(plan)
    return session


def agree_on_names(session: Session) -> None:
    """Of several proposals of one person that became one session, each says the same of their name.

    It says what ``session``, one of them, says: a session names somebody or it does not.
    """
    root = session.merged_into_id or session.pk
    parts = Session.objects.filter(Q(pk=root) | Q(merged_into=root), proposer=session.proposer_id)
    parts.exclude(pk=session.pk).exclude(shows_name=session.shows_name).update(
        shows_name=session.shows_name, version=F("version") + 1
    )


@transaction.atomic
def withdraw(session: Session, user: Any, now: dt.datetime) -> Session:
    """The proposer takes it back; its place in the plan is free. Withdrawn already, it stays so.

    Raises :class:`ProposalRefused` once it is released.
    """
    plan, session = lock_session(session)
    if session.state == State.WITHDRAWN:
        return session
    _require_own_to_change(session)
    end_session(session, State.WITHDRAWN, user, now)
    note_change(plan)
    return session


def end_session(session: Session, state: State, user: Any, now: dt.datetime, **fields: object) -> None:
    """It is not accepted any more: it leaves its place in the plan, and has no hosts."""
    if take_out(session, user, now):
        session.refresh_from_db(fields=["version"])
    session.state = state
    for name, value in fields.items():
        setattr(session, name, value)
    session.version += 1
    session.save()
    session.hosts.clear()
    forget_idle_hosts(session.plan)


def lock_session(session: Session) -> tuple[Plan, Session]:
    """The plan, locked, and the session as it is now; raises ``Session.DoesNotExist``."""
    plan = lock_plan(session.plan.desk)
    fresh = Session.objects.select_related("proposer", "merged_into").get(pk=session.pk, plan=plan)
    fresh.plan = plan
    return plan, fresh


def tell_proposer(
    session: Session, name: str, *, not_after: dt.datetime | None = None, **context: Any
) -> None:
    """Write the letter ``name`` to whoever proposed it; nobody is told of what has no proposer."""
    person = session.proposer
    if person is None:
        return
    write_letter(
        session.plan.desk,
        person,
        name,
        f"{session.pk.hex}-{session.plan.version}",
        not_after=not_after,
        session=session,
        address=proposal_url(session, person),
        **context,
    )


def proposal_url(session: Session, person: Person) -> str:
    """The whole address at which the proposer confirms, changes and withdraws."""
    return env.origin + reverse("events:proposal_link", args=[session.pk, write_token(person)])


def _require_room(plan: Plan, person: Person, *states: str) -> None:
    if Session.objects.filter(plan=plan, proposer=person, state__in=states).count() >= PROPOSALS_EACH:
        words = gettext(
            "%(number)s of your proposals stand already; more would crowd out the others. Please withdraw "
            "one first, or offer this one to somebody else."
        )
        raise ProposalRefused(words % {"number": PROPOSALS_EACH})


def _write(session: Session, wording: Wording) -> None:
    session.title = wording.title
    session.summary = wording.summary
    session.minutes = wording.minutes
    session.co_hosts = wording.co_hosts
    session.remark = wording.remark
    session.away = list(wording.away)
    session.shows_name = wording.shows_name


def _require_own_to_change(session: Session) -> None:
    if session.state not in CHANGEABLE:
        raise ProposalRefused(gettext("This proposal can no longer be changed."))
    if is_released(session):
        raise ProposalRefused(
            gettext("The session stands in the announced programme. Please write to the organisers.")
        )
