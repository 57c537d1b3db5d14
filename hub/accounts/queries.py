"""Reads about joining and about the people of bodies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from hub.accounts.domains import is_free_mail
from hub.accounts.models import (
    AccountEvent,
    BodyDomain,
    BodyRole,
    Invitation,
    JoinRequest,
    RequestState,
    Role,
    User,
)
from hub.accounts.roles import coordinators_of, role_in
from hub.municipalities.models import Body

DECIDED_DAYS = 90
HISTORY = 50


def waiting_for(user: User | AnonymousUser) -> QuerySet[JoinRequest]:
    """Requests that wait for this person's decision: those only they can decide first, oldest first.

    Coordinators decide about others in their bodies; operators about everybody, themselves included, and
    alone where a body has no coordinator.
    """
    ours = _coordinating(OuterRef("body")).filter(group__user=user.pk)
    anybody = _coordinating(OuterRef("body")).filter(group__user__is_active=True)
    waiting = decidable(user).filter(state=RequestState.PENDING)
    return waiting.annotate(first=Exists(ours) | ~Exists(anybody)).order_by("-first", "created", "pk")


def decided_for(user: User | AnonymousUser, now: dt.datetime | None = None) -> QuerySet[JoinRequest]:
    """What was decided or withdrawn in the last 90 days, newest first."""
    since = (now or timezone.now()) - dt.timedelta(days=DECIDED_DAYS)
    rows = decidable(user).filter(decided__gte=since).exclude(state=RequestState.PENDING)
    return rows.select_related("decided_by").order_by("-decided", "-pk")


def decidable(user: User | AnonymousUser) -> QuerySet[JoinRequest]:
    """Every request this person may read as somebody who decides."""
    rows = JoinRequest.objects.select_related("user", "body")
    if not user.is_authenticated:
        return rows.none()
    if user.is_superuser:
        return rows
    ours = _coordinating(OuterRef("body")).filter(group__user=user.pk)
    return rows.filter(Exists(ours)).exclude(user=user.pk)


def _coordinating(body: OuterRef) -> QuerySet[BodyRole]:
    return BodyRole.objects.filter(body=body, role=Role.COORDINATOR)


@dataclass(frozen=True)
class RequestFacts:
    """What a decider should know about a request besides what the asker says.

    ``known`` are the body's domains, ``owner`` the other body the asker's domain is known for, ``rivals``
    the requests for the same body from other domains.
    """

    known: list[str]
    owner: Body | None
    rivals: list[JoinRequest]
    has_coordinator: bool
    held: Role | None
    domain: str

    @property
    def is_known(self) -> bool:
        """Whether the asker's domain is one of the body's, or below one."""
        return any(self.domain == each or self.domain.endswith(f".{each}") for each in self.known)

    @property
    def is_foreign(self) -> bool:
        """Whether the body has known domains and this is none of them."""
        return bool(self.known) and not self.is_known

    @property
    def can_be_learned(self) -> bool:
        """Whether an approval can make the domain the body's."""
        return (
            bool(self.domain) and not self.is_known and self.owner is None and not is_free_mail(self.domain)
        )


def facts_of(request: JoinRequest) -> RequestFacts:
    """The warnings of a request; five queries."""
    known = list(BodyDomain.objects.filter(body=request.body_id).values_list("domain", flat=True))
    claimed = BodyDomain.objects.filter(domain=request.domain).exclude(body=request.body_id)
    owner = claimed.select_related("body").first()
    others = JoinRequest.objects.filter(body=request.body_id, state=RequestState.PENDING)
    return RequestFacts(
        known=sorted(known),
        owner=owner.body if owner else None,
        rivals=list(others.exclude(domain=request.domain).exclude(pk=request.pk).select_related("user")),
        has_coordinator=coordinators_of(request.body).exists(),
        held=role_in(request.user, request.body),
        domain=request.domain,
    )


def with_team(bodies: Iterable[Body]) -> set[str]:
    """The keys of those bodies in which somebody with an active account has a role; one query."""
    people = BodyRole.objects.filter(body__in=bodies, group__user__is_active=True)
    return set(people.values_list("body_id", flat=True))


def requests_of(user: User) -> list[JoinRequest]:
    """What somebody has asked for, newest first, withdrawn requests left out."""
    rows = JoinRequest.objects.filter(user=user).exclude(state=RequestState.WITHDRAWN)
    return list(rows.select_related("body", "decided_by").order_by("-created", "-pk"))


@dataclass(frozen=True)
class Team:
    """A body as the list of teams shows it. ``role`` is one's own, ``coordinators`` are active ones."""

    body: Body
    role: Role | None
    coordinators: list[User]
    people: int


def teams_for(user: User) -> QuerySet[Body]:
    """Bodies with people that somebody belongs to; for operators all of them. By name."""
    bodies = Body.objects.filter(roles__group__user__isnull=False)
    if not user.is_superuser:
        bodies = Body.objects.filter(roles__group__user=user.pk)
    return bodies.distinct().order_by("name", "key")


def describe_teams(user: User, bodies: list[Body]) -> list[Team]:
    """What the list of teams says about these bodies; two queries."""
    roles = BodyRole.objects.filter(body__in=bodies).prefetch_related(
        Prefetch("group__user_set", User.objects.filter(is_active=True).order_by("last_name", "email"))
    )
    by_body: dict[str, list[BodyRole]] = {}
    for role in roles.select_related("group"):
        by_body.setdefault(role.body_id, []).append(role)
    return [_describe(user, body, by_body.get(body.pk, [])) for body in bodies]


def _describe(user: User, body: Body, roles: list[BodyRole]) -> Team:
    people = {Role(row.role): list(row.group.user_set.all()) for row in roles}
    own = [role for role, members in people.items() if user in members]
    return Team(
        body=body,
        role=max(own, key=lambda role: role.rank, default=None),
        coordinators=people.get(Role.COORDINATOR, []),
        people=len({person.pk for members in people.values() for person in members}),
    )


def person_in(body: Body, pk: int) -> User | None:
    """Somebody with a role in the body, locked or not."""
    return User.objects.filter(pk=pk, groups__body_role__body=body).distinct().first()


def locked_people(body: Body) -> list[User]:
    """People of the body whose accounts are locked."""
    return list(
        User.objects.filter(is_active=False, groups__body_role__body=body).distinct().order_by("email")
    )


def open_invitations(body: Body) -> list[Invitation]:
    """Invitations neither accepted nor revoked, newest first, with ``is_expired``."""
    rows = body.invitations.filter(accepted=None, revoked=None).select_related("invited_by")
    return list(rows.annotate(is_expired=Q(expires__lte=timezone.now())))


def history_of(body: Body) -> list[AccountEvent]:
    """The newest fifty events of the body's people."""
    return list(AccountEvent.objects.filter(body=body).select_related("actor", "user")[:HISTORY])
