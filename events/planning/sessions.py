"""The sessions of a plan, each with its place, its hosts and how many want to come."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from events.models import Interest, Placement, Plan, Session, SessionHost, Vote


def sessions_of(plan: Plan) -> QuerySet[Session]:
    """All sessions of a plan with place, hosts (``sessionhost_set``), ``interested`` and ``votes_given``."""
    hosts = SessionHost.objects.select_related("host")
    return (
        Session.objects.filter(plan=plan)
        .select_related("placement__room")
        .annotate(interested=_count(Interest), votes_given=_count(Vote))
        .prefetch_related(Prefetch("sessionhost_set", hosts))
    )


def place_of(session: Session) -> Placement | None:
    """Where it is; None if it has no place."""
    return getattr(session, "placement", None)


def interest_in(session: Session) -> int:
    """How many want to come to a session of :func:`sessions_of`."""
    return int(vars(session)["interested"])


def forget_place(session: Session) -> None:
    """Its place was deleted: it is not asked for again."""
    Session._meta.get_field("placement").set_cached_value(session, None)


def _count(model: type[Interest] | type[Vote]) -> Coalesce:
    counted = model.objects.filter(session=OuterRef("pk")).order_by().values("session")
    return Coalesce(Subquery(counted.annotate(number=Count("pk")).values("number")), 0)
