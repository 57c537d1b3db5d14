"""Taking somebody out of programmes that were released, because they asked for it."""

from __future__ import annotations

import uuid

from django.db.models import Q

from events.models import AnnouncedHost, Host, Person, Plan, Session, SessionHost
from events.planning.locking import locked_plans
from events.planning.releases import let_pages_follow


def erase_names(person: Person) -> None:
    """Take their name out of all releases of the event; its document follows, and so does every hub.

    Call it in the transaction that deletes them, before that. The entries stay, without them. Somebody of
    the same name who runs other sessions stays named there.
    """
    plan = locked_plans().filter(desk=person.desk_id).first()
    if plan is None:
        return
    theirs = _Theirs(person, plan)
    has_changed = False
    for release in plan.releases.all():
        slots = [{**slot, "hosts": theirs.left_of(slot["uid"], slot["hosts"])} for slot in release.slots]
        if slots != release.slots:
            release.slots, has_changed = slots, True
            release.save(update_fields=["slots"])
    if has_changed:
        let_pages_follow(plan.desk.event)


class _Theirs:
    """By what one host is known in a programme. Four queries."""

    def __init__(self, person: Person, plan: Plan) -> None:
        rows = list(SessionHost.objects.filter(host__person=person).select_related("host"))
        proposed = Session.objects.filter(Q(proposer=person) | Q(merged__proposer=person))
        announced = AnnouncedHost.objects.filter(person=person)
        self.lines = {row.public_name for row in rows}
        self.names = {name for name in (person.name, *(row.host.name for row in rows)) if name}
        self.sessions: set[uuid.UUID] = {
            *(row.session_id for row in rows),
            *proposed.values_list("pk", flat=True),
            *announced.values_list("session", flat=True),
        }
        others = Host.objects.filter(plan=plan, name__in=self.names)
        self.shared = set(others.exclude(person=person).values_list("name", flat=True))

    def left_of(self, session: str, lines: list[str]) -> list[str]:
        """The hosts of an entry without them."""
        is_own = uuid.UUID(session) in self.sessions
        names = self.names if is_own else self.names - self.shared
        return [
            line
            for line in lines
            if not (is_own and line in self.lines)
            and not any(line == name or line.startswith(f"{name}, ") for name in names)
        ]
