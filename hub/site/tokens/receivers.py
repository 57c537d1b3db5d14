"""Keys end with the sessions of an account: whoever was in one may have made a key there."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from hub.accounts.models import User
from hub.accounts.sessions import sessions_ended
from hub.site.tokens.models import AccessToken


@receiver(sessions_ended)
def revoke_all(sender: object, user: User, **_said: Any) -> None:
    """All keys of somebody whose other sessions are ended, as after a change of the password."""
    AccessToken.objects.filter(user=user).delete()
