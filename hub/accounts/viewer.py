"""From a request to the viewer on whose behalf it reads."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from hub.accounts.models import BodyRole, HomeAccount, User
from hub.documents import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Members of bodies of this instance read everything, members of other hubs what members may read.

    An account without a role, or whose home's assertion has expired, reads what the public reads.
    At most two queries.
    """
    user = getattr(request, "user", None)
    return viewer_for(user) if user is not None and user.is_authenticated else Viewer.anonymous()


def viewer_for(user: User) -> Viewer:
    """What an account may read now; at most two queries."""
    if not user.is_active:
        return Viewer.anonymous()
    if user.is_superuser or BodyRole.objects.filter(group__user=user.pk).exists():
        return Viewer.local()
    if HomeAccount.objects.filter(user=user.pk, expires__gt=timezone.now()).exists():
        return Viewer.member()
    return Viewer.anonymous()
