"""Under whose eyes a page is rendered."""

from __future__ import annotations

from django.template.context import Context

from hub.accounts.viewer import viewer_of
from hub.documents import Viewer


def viewer_in(context: Context) -> Viewer:
    """The page's ``viewer``, else that of the request; without either anybody."""
    viewer = context.get("viewer")
    if isinstance(viewer, Viewer):
        return viewer
    request = context.get("request")
    if request is None:
        return Viewer.anonymous()
    return getattr(request, "viewer", None) or viewer_of(request)
