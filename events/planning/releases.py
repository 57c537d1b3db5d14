"""Releases: the programme as it is announced, frozen in one transaction, with letters about what differs."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import EventPage, Placement, Plan, Release, Session
from events.planning.announcing import Runs
from events.planning.diffs import Diff, diff_releases, in_order
from events.planning.letters import find_recipients, write_letters
from events.planning.locking import locked_plans
from events.planning.outside import list_outside
from events.planning.refusing import Blocked, Refused
from events.planning.sessions import place_of, sessions_of
from hub.documents import Slot

NAME_LENGTH, NOTE_LENGTH = 80, 1000


@dataclass(frozen=True)
class Preview:
    """What a release would announce, and how many letters it would write.

    ``digest`` stands for what is announced and whom it names: as long as it is the same, so is this.
    """

    diff: Diff
    host_letters: int
    participant_letters: int
    digest: str


def newest_release(plan: Plan) -> Release | None:
    """The release that is shown on every hub; None before the first."""
    return Release.objects.filter(plan=plan).order_by("-number").first()


def slots_of(release: Release | None) -> tuple[Slot, ...]:
    """The entries of a release; none before the first."""
    return tuple(Slot.model_validate(slot) for slot in release.slots) if release else ()


def preview_release(plan: Plan) -> Preview:
    """What would be announced if the plan were released now. Changes nothing."""
    newest, slots = newest_release(plan), freeze_slots(plan)
    diff = diff_releases(slots_of(newest), slots)
    recipients = find_recipients(plan, diff, slots)
    digest = _digest(newest, slots, recipients.running)
    return Preview(diff, len(recipients.hosts), len(recipients.participants), digest)


@transaction.atomic
def release_programme(
    plan: Plan,
    name: str,
    note: str,
    user: Any,
    now: dt.datetime,
    *,
    seen: str | None = None,
    tells: bool = True,
) -> Release:
    """Freeze the plan under a name, let the event's document follow, and tell whom it concerns.

    ``seen``: the digest of the preview that was read; None where nobody reads it. ``tells``: with letters;
    without where nobody can act on it any more.

    Raises :class:`Blocked` (``stale``) if it would announce something else meanwhile, and :class:`Refused`
    without a name (``no_name``), with a name or note that is ``too_long``, under a name that was used
    (``name_taken``), while the event is a ``draft``, if nothing differs from the newest release
    (``unchanged``), and, where it is told, while sessions lie ``outside`` the event.
    """
    plan = locked_plans().get(pk=plan.pk)
    newest, slots = newest_release(plan), freeze_slots(plan)
    diff = diff_releases(slots_of(newest), slots)
    recipients = find_recipients(plan, diff, slots)
    if seen is not None and seen != _digest(newest, slots, recipients.running):
        raise Blocked("stale", _("The plan was changed meanwhile. Read what changes now, then release it."))
    name, note = " ".join(name.split()), note.strip()
    _check(plan, name, note, diff)
    if tells:
        _check_inside(plan)
    release = Release.objects.create(
        plan=plan,
        number=newest.number + 1 if newest else 1,
        name=name,
        note=note,
        at=now,
        user=user,
        version=plan.version,
        slots=[slot.model_dump(mode="json") for slot in slots],
    )
    if tells:
        write_letters(release, recipients)
    let_pages_follow(plan.desk.event)
    return release


def _digest(newest: Release | None, slots: Iterable[Slot], running: Runs) -> str:
    """SHA-256 of what a release follows and freezes, and of who runs it, by address."""
    hosts = sorted((address, str(session)) for address, session in running)
    frozen = [newest.number if newest else 0, [slot.model_dump(mode="json") for slot in slots], hosts]
    return hashlib.sha256(json.dumps(frozen).encode()).hexdigest()


def freeze_slots(plan: Plan) -> tuple[Slot, ...]:
    """The accepted sessions that have a place, and the breaks, as documents have them."""
    sessions = sessions_of(plan).filter(state=Session.State.ACCEPTED)
    placed = [_freeze_session(session, place) for session in sessions if (place := place_of(session))]
    breaks = [
        Slot(
            uid=str(band.pk),
            title=band.label or _("Break"),
            starts=band.during.lower,
            ends=band.during.upper,
        )
        for band in plan.bands.filter(is_break=True)
    ]
    return in_order([*placed, *breaks] if placed else [])


def _freeze_session(session: Session, place: Placement) -> Slot:
    """Hosts are named as they agreed to be with this session."""
    return Slot(
        uid=str(session.pk),
        title=session.title,
        starts=place.during.lower,
        ends=place.during.upper,
        room=place.room.name,
        hosts=tuple(row.public_name for row in session.sessionhost_set.all()),
        summary=session.summary,
        online_url=place.room.online_url,
    )


def _check(plan: Plan, name: str, note: str, diff: Diff) -> None:
    if not name:
        raise Refused("no_name", _("Give the release a name, for example “Version 1”."))
    if len(name) > NAME_LENGTH or len(note) > NOTE_LENGTH:
        text = _("That is too long: a name has at most %(name)s characters, a note %(note)s.")
        raise Refused("too_long", text % {"name": NAME_LENGTH, "note": NOTE_LENGTH})
    if not plan.desk.event.live:
        raise Refused("draft", _("Publish the event first: a release is shown on its page."))
    if Release.objects.filter(plan=plan, name=name).exists():
        raise Refused("name_taken", _("There is a release “%(name)s” already.") % {"name": name})
    if not diff:
        raise Refused("unchanged", _tell_unchanged(plan))


def _check_inside(plan: Plan) -> None:
    titles = [place.session.title for place in list_outside(plan, plan.desk.event)]
    if titles:
        text = ngettext(
            "“%(title)s” is outside the event. Move the session, or correct the times of the event on its "
            "page; then release.",
            "%(number)s sessions are outside the event, the first is “%(title)s”. Move them, or correct the "
            "times of the event on its page; then release.",
            len(titles),
        )
        raise Refused("outside", text % {"number": len(titles), "title": titles[0]})


def _tell_unchanged(plan: Plan) -> str:
    if newest_release(plan):
        return _("Nothing has changed since the last release: there is nothing to announce.")
    return _("No session is in the plan yet. Place some first, then release it.")


def let_pages_follow(event: EventPage) -> None:
    """The sequence follows the programme, and the pages are marked, so that the document does.

    Rows are locked, since saving writes all of them.
    """
    translations = EventPage.objects.filter(translation_key=event.translation_key, alias_of=None)
    for page in translations.order_by("pk").select_for_update(of=("self",)):
        page.save(clean=False)
