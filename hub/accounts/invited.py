"""The invitation a browser has brought along."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from hub.accounts.models import Invitation

INVITATION = "invitation"
"""Key in the session: the primary key of the invitation whose link was followed."""


def open_invitation(request: HttpRequest) -> Invitation | None:
    """The open invitation whose link was followed in this session; a query if there is one."""
    held = request.session.get(INVITATION)
    if held is None:
        return None
    unused = Invitation.objects.filter(accepted__isnull=True, revoked__isnull=True)
    return unused.filter(pk=held, expires__gt=timezone.now()).first()
