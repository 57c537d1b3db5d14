"""The region somebody searches from."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from hub.accounts.models import BodyRole, HomeAccount, Preferences, User
from hub.municipalities.models import Body


def region_of(user: User | AnonymousUser) -> str:
    """The key of the region somebody has chosen, else of the one their body lies in; empty for guests.

    A region is a district or an independent city. One query where it was chosen, at most three.
    """
    if not user.is_authenticated:
        return ""
    chosen = Preferences.objects.filter(user=user.pk, region__isnull=False)
    if key := chosen.values_list("region_id", flat=True).first():
        return key
    roles = BodyRole.objects.filter(group__user=user.pk, body__dissolved__isnull=True)
    body = roles.order_by("body_id").values_list("body_id", "body__district_id").first()
    return (body[1] or body[0]) if body else _region_of_member(user)


def _region_of_member(user: User) -> str:
    """The region of the body that another instance vouches for."""
    bodies = HomeAccount.objects.filter(user=user.pk, expires__gt=timezone.now()).values("body")
    body = Body.objects.filter(pk__in=bodies).values_list("pk", "district_id").first()
    return (body[1] or body[0]) if body else ""
