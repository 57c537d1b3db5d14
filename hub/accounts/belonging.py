"""Which bodies somebody belongs to, and so looks at others from."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from hub.accounts.models import HomeAccount, User
from hub.accounts.roles import roles_of
from hub.municipalities.models import Body


def own_bodies(user: User | AnonymousUser) -> list[Body]:
    """The bodies somebody belongs to, here or by the word of their own hub; none for guests.

    No query for guests, one for members of this instance, up to three for others.
    """
    if not user.is_authenticated:
        return []
    held = {role.body_id: role.body for role in roles_of(user)}
    if held:
        return [body for body in held.values() if not body.dissolved]
    keys = HomeAccount.objects.filter(user=user.pk, expires__gt=timezone.now()).values_list("body", flat=True)
    return list(Body.objects.filter(pk__in=list(keys), dissolved__isnull=True))
