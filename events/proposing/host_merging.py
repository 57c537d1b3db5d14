"""What organisers know of hosts: that two of them are one person, and where mails to one of them go."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext

from events.models import EventDesk, Host, HostBooking, Session, SessionHost
from events.planning.locking import lock_plan, note_change
from events.planning.sessions import place_of
from events.planning.wording import Clock
from events.proposing.identity import identify
from events.proposing.refusals import ProposalRefused


def list_hosts(desk: EventDesk) -> QuerySet[Host]:
    """All hosts with their sessions, by name; two queries."""
    sessions = Prefetch("sessions", Session.objects.order_by("title", "pk"))
    found = Host.objects.filter(plan__desk=desk).prefetch_related(sessions)
    return found.order_by("name", "affiliation", "pk")


@transaction.atomic
def merge_hosts(desk: EventDesk, one: uuid.UUID, other: uuid.UUID) -> Host:
    """They are the same person. Whoever takes part stays, else ``other``; returns who did.

    Proposals that name the one who goes name the one who stays from now on. Where who stays withholds their
    name, proposals stay as they were typed, and by the town alone they stand in the programme. Raises
    ``Host.DoesNotExist`` for hosts of other events, :class:`ProposalRefused` for one host with itself, if
    both take part, and if both run sessions at the same time: it names these.
    """
    plan = lock_plan(desk)
    gone, kept = _sort(plan.hosts.get(pk=one), plan.hosts.get(pk=other))
    _check_free(desk, gone, kept)
    before = identify(gone.name, gone.affiliation)
    held = SessionHost.objects.filter(host=kept)
    moved = SessionHost.objects.filter(host=gone).exclude(session__in=held.values("session"))
    if held.filter(is_named=False).exists():
        moved.update(host=kept, is_named=False)
    else:
        for session in gone.sessions.all():
            _rename(session, before, str(kept))
        moved.update(host=kept)
    if not kept.availabilities.exists():
        gone.availabilities.update(host=kept)
    kept.email = kept.email or gone.email
    kept.save(update_fields=["email"])
    gone.delete()
    note_change(plan)
    return kept


@transaction.atomic
def set_address(desk: EventDesk, host: uuid.UUID, email: str) -> Host:
    """Where mails about the programme go; empty: nowhere. For hosts who take no part.

    Raises ``Host.DoesNotExist`` for hosts of other events, :class:`ProposalRefused` for who takes part.
    """
    plan = lock_plan(desk)
    found = plan.hosts.get(pk=host)
    if found.person_id:
        raise ProposalRefused(
            gettext("Mails to “%(host)s” go to the address of their registration.") % {"host": found}
        )
    found.email = email
    found.save(update_fields=["email"])
    note_change(plan)
    return found


def _sort(one: Host, other: Host) -> tuple[Host, Host]:
    """Who goes and who stays. Raises :class:`ProposalRefused` if they are the same, or both take part."""
    gone, kept = (other, one) if one.person_id else (one, other)
    if gone.pk == kept.pk:
        raise ProposalRefused(gettext("This is the same entry. Please choose another one."))
    if gone.person_id:
        text = gettext(
            "“%(one)s” and “%(other)s” both take part with an address of their own, so they stay two."
        )
        raise ProposalRefused(text % {"one": one, "other": other})
    return gone, kept


def _check_free(desk: EventDesk, gone: Host, kept: Host) -> None:
    """Raises :class:`ProposalRefused` that names two sessions at the same time, one of each."""
    for booking in HostBooking.objects.filter(host=gone).order_by("during"):
        clash = HostBooking.objects.filter(host=kept, during__overlap=booking.during)
        other = clash.exclude(session=booking.session_id).first()
        if other is not None:
            text = gettext(
                "Nobody can be in two rooms: %(one)s, and %(other)s. Move one of the two sessions first."
            )
            one, other_place = (_tell(desk, session) for session in (booking.session_id, other.session_id))
            raise ProposalRefused(text % {"one": one, "other": other_place})


def _tell(desk: EventDesk, key: uuid.UUID) -> str:
    session = Session.objects.select_related("placement__room").get(pk=key)
    place, where = place_of(session), ""
    if place is not None:
        during = place.during
        where = Clock.of(desk.event).tell_place(place.room.name, during.lower, during.upper)
    return gettext("“%(title)s” (%(where)s)") % {"title": session.title, "where": where}


def _rename(session: Session, before: tuple[str, str], line: str) -> None:
    """In the session, and in the proposals that were merged into it."""
    parts: Iterable[Session] = Session.objects.filter(Q(pk=session.pk) | Q(merged_into=session))
    for part in parts:
        lines = [
            line if identify(*_split(typed)) == before else typed for typed in part.co_hosts.splitlines()
        ]
        if "\n".join(lines) != "\n".join(part.co_hosts.splitlines()):
            part.co_hosts = "\n".join(lines)
            part.version += 1
            part.save(update_fields=["co_hosts", "version"])


def _split(line: str) -> tuple[str, str]:
    name, _comma, affiliation = line.partition(",")
    return name, affiliation
