"""Roles of people in bodies: read from and written to Wagtail groups, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal

from hub.accounts.models import BodyRole, Role, User
from hub.municipalities.models import Body

GROUP_NAMES: Mapping[Role, str] = {
    Role.MEMBER: "Mitglied",
    Role.AUTHOR: "Autor",
    Role.EDITOR: "Redaktion",
    Role.COORDINATOR: "Koordination",
}
"""First word of a group's name, which the operator reads in Wagtail's settings."""

ELEVATED = (Role.EDITOR, Role.COORDINATOR)
"""Roles that publish or decide about others, and so need a second factor."""

roles_opened = Signal()
"""Sent with ``body`` after the groups of a body's roles were made: a higher floor gives it its section."""


def open_roles(body: Body) -> dict[Role, Group]:
    """The groups of the body's roles; those that are missing are made, together with its section."""
    with transaction.atomic():
        Body.objects.select_for_update().get(pk=body.pk)  # two approvals may open the same body at once
        held = {Role(row.role): row.group for row in body.roles.select_related("group")}
        missing = [role for role in Role if role not in held]
        for role in missing:
            held[role], _ = Group.objects.get_or_create(name=_group_name(body, role))
            BodyRole.objects.create(body=body, role=role, group=held[role])
        if missing:
            roles_opened.send(sender=BodyRole, body=body)
    return held


def roles_of(user: User | AnonymousUser) -> list[BodyRole]:
    """The roles somebody has, with their bodies, by name of the body; one query."""
    if not user.is_authenticated:
        return []
    held = BodyRole.objects.filter(group__user=user.pk).select_related("body")
    return list(held.order_by("body__name", "body_id"))


def role_in(user: User | AnonymousUser, body: Body) -> Role | None:
    """The highest role somebody has in a body."""
    held = [Role(row.role) for row in roles_of(user) if row.body_id == body.pk]
    return max(held, key=lambda role: role.rank, default=None)


def people_of(body: Body) -> dict[Role, list[User]]:
    """Who has which role in the body, active accounts only, highest role first, by name; two queries."""
    rows = BodyRole.objects.filter(body=body).prefetch_related("group__user_set")
    by_role = {Role(row.role): row.group.user_set.all() for row in rows}
    return {
        role: sorted(
            (each for each in by_role[role] if each.is_active), key=lambda each: str(each).casefold()
        )
        for role in reversed(Role)
        if role in by_role
    }


def coordinators_of(body: Body) -> QuerySet[User]:
    """Those who decide about the people of a body; empty for a body nobody has joined yet."""
    return User.objects.filter(
        is_active=True, groups__body_role__body=body, groups__body_role__role=Role.COORDINATOR
    ).distinct()


def operators() -> QuerySet[User]:
    """Those who run this instance."""
    return User.objects.filter(is_active=True, is_superuser=True)


def deciders_for(body: Body) -> QuerySet[User]:
    """Who decides about requests to join: the body's coordinators, else the operators."""
    coordinators = coordinators_of(body)
    return coordinators if coordinators.exists() else operators()


def may_decide(user: User | AnonymousUser, body: Body) -> bool:
    """Whether somebody decides about the people of a body: its coordinators and the operators."""
    return bool(user.is_authenticated and user.is_superuser) or role_in(user, body) == Role.COORDINATOR


def is_elevated(user: User | AnonymousUser) -> bool:
    """Whether somebody needs a second factor: editors, coordinators and operators; one query."""
    if not user.is_authenticated:
        return False
    return user.is_superuser or any(row.role in ELEVATED for row in roles_of(user))


def set_role(user: User, body: Body, role: Role | None) -> None:
    """Give somebody exactly this role in a body, or none. Being told and noted is the caller's part."""
    groups = open_roles(body)
    with transaction.atomic():
        user.groups.remove(*[group for held, group in groups.items() if held != role])
        if role is not None:
            user.groups.add(groups[role])


def _group_name(body: Body, role: Role) -> str:
    """The body's name is not unique among 2,300, so a second one of that name carries its key."""
    name = f"{GROUP_NAMES[role]} {body.name}"[:130]
    taken = BodyRole.objects.filter(group__name=name).exclude(body=body).exists()
    return f"{name} ({body.key})" if taken else name
