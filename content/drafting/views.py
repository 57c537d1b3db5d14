"""The editor's view: hand in a file, get a draft."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.drafting.filling import FALLBACK
from content.drafting.services import MAX_BYTES, Draft, draft_from_file
from content.models import BodyPage
from content.questions import QUESTION_BY_FIELD
from content.section_choice import offer_sections, sections_open_to
from hub.errors import UnreadableUpload
from hub.files.scanning import require_harmless
from theme.labels import KINDS, label

FROM_FILE = ("case_report", "module", "session_note", "focus_group", "motion", "training", "news", "format")
"""Kinds a running text can become, in the order they are offered."""


class ImportForm(forms.Form):
    """A file, what it shall become, and in whose section."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Word (.docx) or Markdown (.md), up to 20 megabytes. Headings of the file become the sections; "
            "of a case report they are matched with the eight questions."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.md,.markdown,.txt"}),
    )
    kind = forms.ChoiceField(label=_("What is it?"))
    section = forms.ChoiceField(label=_("Published by"))

    def __init__(self, *args: Any, sections: list[BodyPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = {str(section.pk): section for section in sections}
        self.models = {
            model.kind: model for model in BodyPage.creatable_subpage_models() if model.kind in FROM_FILE
        }
        kinds = [kind for kind in FROM_FILE if kind in self.models]
        self.fields["kind"].choices = [(kind, label(KINDS, kind)) for kind in kinds]  # type: ignore[attr-defined]
        offer_sections(cast(forms.ChoiceField, self.fields["section"]), self.sections)

    def clean_file(self) -> Any:
        """Refuse what is too large or infected before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than 20 megabytes. Make its pictures smaller and try again.")
            )
        try:
            require_harmless(file, file.name)
        except UnreadableUpload as error:
            raise forms.ValidationError(str(error)) from error
        return file


def import_draft(request: HttpRequest) -> HttpResponse:
    """``/admin/entwurf/``: make a draft of a file and go on in the editor."""
    sections = sections_open_to(request.user)
    if not sections:
        messages.error(request, gettext("You may not write in any section yet."))
        return redirect("wagtailadmin_home")
    form = ImportForm(request.POST or None, request.FILES or None, sections=sections)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            draft = draft_from_file(
                request.user,  # type: ignore[arg-type]  # the admin is for those signed in
                form.sections[data["section"]],
                form.models[data["kind"]],
                data["file"],
                data["file"].name,
            )
        except UnreadableUpload as error:
            form.add_error("file", str(error))
        else:
            tell_about(request, draft)
            return redirect("wagtailadmin_pages:edit", draft.page.pk)
    context = {
        "form": form,
        "header_icon": "upload",
        "header_title": gettext("Take over from Word or Markdown"),
        "page_title": gettext("Take over from Word or Markdown"),
        "action_url": reverse("import_draft"),
        "breadcrumbs_items": [],
    }
    return render(request, "content/import_draft.html", context, status=200 if not form.errors else 422)


def tell_about(request: HttpRequest, draft: Draft) -> None:
    """Say what was made and what needs a look."""
    messages.success(
        request, gettext("The draft is made. Look through it; nobody else sees it until it is published.")
    )
    if draft.unassigned:
        messages.warning(
            request,
            gettext("No question fits these headings; they stand under “%(question)s”: %(list)s")
            % {"question": QUESTION_BY_FIELD[FALLBACK].label, "list": ", ".join(draft.unassigned)},
        )
    if draft.left_out:
        messages.warning(
            request, gettext("Left out: %(list)s") % {"list": ", ".join(dict.fromkeys(draft.left_out))}
        )
