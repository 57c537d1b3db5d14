"""``/uebernehmen/<uuid>/``: say what is taken over, then make the draft."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Locale

from content.drafting.services import ADAPTABLE, adapt
from content.drafting.views import tell_about
from content.models import BodyPage
from hub.accounts.viewer import viewer_of
from hub.catalogue.queries import find_entry
from hub.documents import DEFAULT_LANGUAGE


class AdaptForm(forms.Form):
    """In whose section the draft is made."""

    section = forms.ChoiceField(label=_("For which municipality?"))

    def __init__(self, *args: object, sections: list[BodyPage], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # those of a form
        self.sections = {str(section.pk): section for section in sections}
        field = self.fields["section"]
        field.choices = [(key, page.title) for key, page in self.sections.items()]  # type: ignore[attr-defined]
        if len(sections) == 1:
            field.widget, field.initial = forms.HiddenInput(), str(sections[0].pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adapt_document(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Whoever may write for a body begins an own version; nobody else sees the draft."""
    entry = find_entry(key, viewer_of(request))
    if entry is None or entry.kind not in ADAPTABLE:
        raise Http404
    sections = sections_to_write_in(request)
    form = AdaptForm(request.POST or None, sections=sections) if sections else None
    if request.method == "POST" and form is not None and form.is_valid():
        section = form.sections[form.cleaned_data["section"]]
        language = (get_language() or DEFAULT_LANGUAGE).split("-")[0]
        draft = adapt(request.user, section, entry, language)  # type: ignore[arg-type]  # signed in
        tell_about(request, draft)
        return redirect("wagtailadmin_pages:edit", draft.page.pk)
    context = {"entry": entry, "document": entry.document, "form": form}
    return render(request, "site/adapting/adapt.html", context, status=200 if form else 403)


def sections_to_write_in(request: HttpRequest) -> list[BodyPage]:
    """The sections the person may add pages to, in the language that is written first."""
    sections = BodyPage.objects.filter(alias_of=None, locale=Locale.get_default()).order_by("title")
    return [page for page in sections if page.permissions_for_user(request.user).can_add_subpage()]
