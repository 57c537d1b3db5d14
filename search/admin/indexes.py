"""``/admin/suche/``: how the indexes stand, and having one built again."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from hub.accounts.viewer import viewer_of
from search.answers.embedding.standing import standing
from search.consumers import PASSAGES
from search.file_texts import file_figures
from search.jobs import enqueue_rebuild_of
from search.targets import targets
from search.watching import standings

PERMISSION = "search.change_searchindex"
NAMES: Mapping[str, str | Promise] = {
    "postgres": "PostgreSQL",
    "meilisearch": "Meilisearch",
    PASSAGES: _("Passages for answers"),
}


@permission_required(PERMISSION, raise_exception=True)
@require_GET
def indexes(request: HttpRequest) -> HttpResponse:
    """How each index stands, the vectors of passages and the texts of files.

    What a service said of its failure names machines: only those who run this instance see it.
    """
    rows = [{"label": NAMES.get(each.name, each.name), "standing": each} for each in standings()]
    context = {
        "rows": rows,
        "vectors": standing(),
        "files": file_figures(viewer_of(request)),
        "shows_errors": request.user.is_superuser,
    }
    return TemplateResponse(request, "search/admin/indexes.html", context)


@permission_required(PERMISSION, raise_exception=True)
@require_POST
def rebuild(request: HttpRequest, name: str) -> HttpResponse:
    """Have one index built again; 404 for an unknown one."""
    if name not in {target.name for target in targets()}:
        raise Http404
    enqueue_rebuild_of(name)
    messages.success(
        request, _("The index is being built again. Until it is complete, the present one answers.")
    )
    return redirect("search_indexes")
