"""From a request to the viewer on whose behalf it reads."""

from __future__ import annotations

from django.http import HttpRequest

from hub.documents import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Staff of this instance read everything; an account without a role reads what the public reads."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.has_perm("wagtailadmin.access_admin"):
        return Viewer.local()
    return Viewer.anonymous()
