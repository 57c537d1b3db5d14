"""From a request to the viewer on whose behalf it reads."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from hub.accounts.models import BodyRole, HomeAccount
from hub.documents import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Members of bodies of this instance read everything, members of other hubs what members may read.

    An account without a role, or whose home's assertion has expired, reads what the public reads.
    At most two queries.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Viewer.anonymous()
    if user.is_superuser or BodyRole.objects.filter(group__user=user.pk).exists():
        return Viewer.local()
    if HomeAccount.objects.filter(user=user.pk, expires__gt=timezone.now()).exists():
        return Viewer.member()
    return Viewer.anonymous()
