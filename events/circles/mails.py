"""Mails of a workspace that belong to no series: who asks to join, what came of it, who is given a task.

They leave after commit; accounts without an address get none. Dates go by the letters of their event.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from content.editorial.queries import publishers_of
from events.models import Circle, CircleMember, Task
from hub.accounts.mails import post, post_to_deciders, whole_url
from hub.accounts.models import User
from hub.accounts.roles import operators
from hub.municipalities.models import Body


def tell_asked(member: CircleMember) -> None:
    """Those who lead the group hear who asks to join it; where nobody does, those who run the instance."""
    group = member.circle.group
    leads = publishers_of(group)
    post_to_deciders(
        "circle_asked",
        leads if leads.exists() else operators(),
        member=member,
        group=group,
        town=Body.objects.filter(pk=member.body).values_list("name", flat=True).first() or "",
        link=_link("circle_members", member.circle),
    )


def tell_accepted(member: CircleMember) -> None:
    """They belong to the group now; for those whom no invitation to its meetings tells it."""
    _tell("circle_accepted", member, "circle")


def tell_declined(member: CircleMember) -> None:
    """They asked to join, and were turned down."""
    _tell("circle_declined", member, "circle")


def tell_task(task: Task, by: User | AnonymousUser) -> None:
    """A member hears of a task that somebody else gave them."""
    if task.member is not None and task.member.left is None and task.member.user_id != by.pk:
        _tell("circle_task", task.member, "circle_tasks", task=task)


def _tell(name: str, member: CircleMember, page: str, **context: Task) -> None:
    facts = {"group": member.circle.group, "link": _link(page, member.circle)}
    post(name, member.user, **facts, **context)


def _link(page: str, circle: Circle) -> str:
    return whole_url(f"events:{page}", circle.group.translation_key)
