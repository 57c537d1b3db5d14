"""The editor's view: hand in a publiccode.yml, see everything that is wrong with it, or get a draft."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError
from wagtail.models import Locale

from content.models import BodyPage, ModulePage
from content.publiccode.importing import read_facts
from content.publiccode.reading import MAX_BYTES
from content.publiccode.services import Taken, draft_module, update_module
from content.publiccode.validating import Report, check
from content.section_choice import offer_sections, sections_open_to
from hub.errors import UnreadableUpload
from hub.files.scanning import require_harmless


class TakeOverForm(forms.Form):
    """A file or its text, and in whose section the draft is made."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("The publiccode.yml of the repository, up to 300 kilobytes."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yml,.yaml"}),
    )
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Without a file this text is read. Here you can mend what is wrong and check again."),
    )
    section = forms.ChoiceField(label=_("Published by"))

    def __init__(self, *args: Any, sections: list[BodyPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = {str(section.pk): section for section in sections}
        offer_sections(cast(forms.ChoiceField, self.fields["section"]), self.sections)
        if not sections:
            del self.fields["section"]

    def clean_file(self) -> Any:
        """Refuse an infected file."""
        file = self.cleaned_data["file"]
        try:
            if file is not None:
                require_harmless(file, file.name)
        except UnreadableUpload as error:
            raise forms.ValidationError(str(error)) from error
        return file

    def clean(self) -> dict[str, Any]:
        """One of both is needed; ``source`` is what was handed in."""
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            if file.size > MAX_BYTES:
                message = gettext("The file is larger than 300 kilobytes. Shorten its descriptions.")
                self.add_error("file", message)
                return cleaned
            cleaned["source"] = file.read()
        elif (cleaned.get("text") or "").strip():
            cleaned["source"] = cleaned["text"].replace("\r\n", "\n").encode("utf-8", errors="replace")
        elif "file" not in self.errors:
            self.add_error("file", gettext("Choose a file, or paste its text below."))
        return cleaned


def take_over(request: HttpRequest) -> HttpResponse:
    """``/admin/publiccode/``: a new draft of a module in a section the person may write in."""
    sections = sections_open_to(request.user)
    if not sections:
        messages.error(request, gettext("You may not write in any section yet."))
        return redirect("wagtailadmin_home")
    return _answer(request, sections, None)


def take_over_into(request: HttpRequest, page_id: int) -> HttpResponse:
    """``/admin/publiccode/<page_id>/``: the facts of a module that is there, as a new draft of it."""
    page = get_object_or_404(ModulePage, pk=page_id, alias_of=None, locale=Locale.get_default())
    rights = page.permissions_for_user(request.user)
    if not rights.can_edit() or rights.page_locked():
        raise PermissionDenied
    return _answer(request, [], page)


def _answer(request: HttpRequest, sections: list[BodyPage], page: ModulePage | None) -> HttpResponse:
    form = TakeOverForm(request.POST or None, request.FILES or None, sections=sections)
    report = None
    if request.method == "POST" and form.is_valid():
        report = check(form.cleaned_data["source"])
        taken = _take(request, form, report, page) if report.is_valid else None
        if taken is not None:
            _tell(request, taken, report)
            return redirect("wagtailadmin_pages:edit", taken.page.pk)
        _keep_text(form)
    title = gettext("Take over a publiccode.yml")
    context: dict[str, Any] = {
        "form": form,
        "report": report,
        "page": page,
        "header_icon": "code",
        "header_title": title,
        "page_title": title,
        "breadcrumbs_items": [],
    }
    is_refused = bool(report) or bool(form.errors)
    return render(request, "content/publiccode/take_over.html", context, status=422 if is_refused else 200)


def _take(request: HttpRequest, form: TakeOverForm, report: Report, page: ModulePage | None) -> Taken | None:
    """The draft; None, with the error in the form, for a valid file that no document can hold."""
    user: Any = request.user  # the admin is for those signed in
    try:
        facts = read_facts(report)
        if page is not None:
            return update_module(user, page, facts)
        return draft_module(user, form.sections[form.cleaned_data["section"]], facts)
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, each["loc"])) for each in error.errors()}))
        message = gettext("The file says more than a building block can hold. Shorten this: %(places)s")
        form.add_error(None, message % {"places": places[:500]})
        return None


def _keep_text(form: TakeOverForm) -> None:
    """What came as a file stands in the text, to be mended there."""
    source: bytes = form.cleaned_data["source"]
    encoding = "utf-16" if source.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = source.decode(encoding)
    except UnicodeDecodeError:
        text = source.decode("cp1252", errors="replace")
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["text"] = text.replace("\x00", "")
    form.data = data


def _tell(request: HttpRequest, taken: Taken, report: Report) -> None:
    messages.success(
        request, gettext("The draft is made. Look through it; nobody else sees it until it is published.")
    )
    if taken.left_out:
        items = format_html_join("", "<li>{}</li>", ((each,) for each in taken.left_out))
        messages.warning(request, format_html("{}<ul>{}</ul>", gettext("Not taken over:"), items))
    hints = [f"{each.key}: {each.message}" for each in report.warnings if each.key not in report.unknown]
    if hints:
        items = format_html_join("", "<li>{}</li>", ((each,) for each in hints[:20]))
        messages.info(request, format_html("{}<ul>{}</ul>", gettext("Hints of the check:"), items))
