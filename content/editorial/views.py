"""The button that says a report still holds, and decisions about what was handed in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.pages.workflow import WorkflowActionView

from content.editorial.confirming import confirm_report, find_report
from hub.accounts.models import User


@require_POST
def confirm(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Confirm a report, for those who may publish it; back to where the button stood."""
    page = find_report(key)
    if page is None:
        raise Http404
    if not page.permissions_for_user(request.user).can_publish() or not isinstance(request.user, User):
        raise PermissionDenied
    confirm_report(page, request.user, timezone.localdate())
    messages.success(
        request, gettext("“%(title)s” counts as confirmed today. Thank you.") % {"title": page.title}
    )
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


class Decide(WorkflowActionView):
    """Wagtail's view of a decision made outside the editor, where no form has looked for missing answers."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide; what cannot be published as it is stays in review, and the answers it lacks are named."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().post(request, *args, **kwargs)
        except ValidationError as error:
            wanting = gettext("It cannot be published yet: %(reasons)s") % {
                "reasons": " ".join(error.messages)
            }
            messages.error(request, wanting)
            edit = reverse("wagtailadmin_pages:edit", args=[self.object.pk])
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                modal: HttpResponse = self.render_modal_json(request, {"step": "success", "redirect": edit})
                return modal
            return redirect(edit)
        return response


decide = never_cache(require_admin_access(Decide.as_view()))
