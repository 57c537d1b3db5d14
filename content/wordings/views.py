"""Translating in the admin: wagtail-localize's own views, each kept to the pages somebody may edit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views.convert import convert_to_alias
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsView

from content.models.document_page import DocumentPage
from content.wordings.forms import CheckForm
from content.wordings.queries import is_outdated
from content.wordings.services import WordingNotFit, record_check, say_still_right, withdraw_check
from theme.wordings import SIMPLE, is_simple


class SubmitPage(SubmitPageTranslationView):
    """„Diese Seite übersetzen“, for whoever may edit the page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse pages of others."""
        page = get_object_or_404(Page, pk=self.kwargs["page_id"])
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Simple language is not translated sentence by sentence: such pages are written freely."""
        response: HttpResponse = super().form_valid(form)
        Translation.objects.filter(
            source__object_id=self.object.translation_key, target_locale__language_code__endswith=SIMPLE
        ).update(enabled=False)
        return response


class UpdateTranslations(UpdateTranslationsView):
    """Taking changes of the original over into its translations, for whoever may edit it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse pages of others."""
        source = get_object_or_404(TranslationSource, pk=self.kwargs["translation_source_id"])
        page = Page.objects.filter(translation_key=source.object_id, locale=source.locale_id).first()
        if page is None:
            raise Http404
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Publishing at once is for those who may publish all of them."""
        if form.cleaned_data["publish_translations"]:
            locales = self.object.translations.filter(enabled=True).values("target_locale")
            pages = Page.objects.filter(translation_key=self.object.object_id, locale__in=locales)
            if not all(page.permissions_for_user(self.request.user).can_publish() for page in pages):
                raise PermissionDenied
        response: HttpResponse = super().form_valid(form)
        return response


def stop_translating(request: HttpRequest, page_id: int) -> HttpResponse:
    """Replacing a wording by the original takes it from readers, so it is for those who may publish."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    response: HttpResponse = convert_to_alias(request, page_id)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def show_state(request: HttpRequest, page_id: int) -> HttpResponse:
    """How a published wording stands: whether it still fits the original, and whether it was checked."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, DocumentPage) or not page.is_translation or page.alias_of_id:
        raise Http404
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    simple = is_simple(page.locale.language_code)
    form = CheckForm(request.POST if request.POST.get("action") == "check" else None)
    if request.method == "POST":
        try:
            done = _act(request, page, form, simple)
        except WordingNotFit:
            done = None
            messages.error(request, gettext("Publish the German text and this one first."))
        if done:
            messages.success(request, done)
            return redirect(request.path)
    context = {"page": page, "form": form, "is_simple": simple, "is_outdated": is_outdated(page)}
    return render(request, "content/wordings/wording.html", context)


def _act(request: HttpRequest, page: DocumentPage, form: CheckForm, simple: bool) -> str | None:
    """Do what was asked; a sentence that says it is done, or None."""
    action = request.POST.get("action")
    if action == "still_right":
        say_still_right(page, request.user)  # type: ignore[arg-type]  # the admin lets nobody else in
        return gettext("It counts as up to date with the German text.")
    if action == "check" and simple and form.is_valid():
        record_check(page, form.cleaned_data["day"], form.cleaned_data["group"], request.user)  # type: ignore[arg-type]  # as above
        return gettext("The text may now be called Leichte Sprache.")
    if action == "withdraw" and simple:
        withdraw_check(page, request.user)  # type: ignore[arg-type]  # as above
        return gettext("The text is called a simplified one again.")
    return None
