"""What a page type is to the catalogue."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from hub.catalogue.queries import find_entry, has_moved_to
from hub.catalogue.rendering import LANGUAGE_PARAMETER, draft_entry, render_entry
from hub.documents import Audience, Document, Viewer


class ShareablePage(Page):
    """Base of page types whose content appears on all hubs.

    A subclass says what it is by :meth:`to_document`; the template ``<kind>/document.html`` shows
    it, here and everywhere else. Page types that are not shareable say why in ``not_shareable``.
    """

    class AudienceChoice(models.TextChoices):
        PUBLIC = Audience.PUBLIC.value, _("everybody")
        MEMBERS = Audience.MEMBERS.value, _("staff of all member bodies")
        INSTANCE = Audience.INSTANCE.value, _("this instance only")

    audience = models.CharField(
        _("audience"),
        max_length=10,
        choices=AudienceChoice.choices,
        default=AudienceChoice.PUBLIC,
        help_text=_("Who may read it. Everybody and member bodies: it appears on all hubs."),
    )
    demo = models.BooleanField(
        _("demo content"), default=False, help_text=_("Marks invented content on every page and file.")
    )

    # Who may read is said by the audience; a second, page-wise permission would not federate.
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def to_document(self) -> Document:
        """The page as a document; pure, so that a preview is the same as what will be published."""
        raise TypeError(f"{type(self).__name__} is shareable and must say what its document is")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the catalogue's entry, by the template that shows a received one."""
        viewer: Viewer = getattr(request, "viewer", Viewer.anonymous())
        entry = find_entry((self.alias_of or self).translation_key, viewer)
        if entry is not None and has_moved_to(entry):
            return redirect(entry.get_absolute_url(), permanent=True)
        if entry is None or not entry.is_local:
            raise Http404
        if self.alias_of_id is None and entry.page_id not in (None, self.pk):
            return redirect(f"{entry.get_absolute_url()}?{LANGUAGE_PARAMETER}={self.locale.language_code}")
        return render_entry(request, entry, viewer)

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """A translation stands at the address of the page it translates, which names its language."""
        roots = self._get_relevant_site_root_paths(request)
        if not roots or roots[0].language_code == settings.LANGUAGE_CODE:
            return super().get_url_parts(request)
        translated = self.get_translations().filter(locale__language_code=settings.LANGUAGE_CODE)
        first = translated.filter(live=True, alias_of__isnull=True).first()
        parts = first.get_url_parts(request) if first else None
        if parts is None or parts[2] is None:
            return super().get_url_parts(request)
        return (*parts[:2], f"{parts[2]}?{LANGUAGE_PARAMETER}={self.locale.language_code}")

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the draft in its own language; nothing is written."""
        draft = draft_entry(self.to_document())
        return render_entry(request, draft, Viewer.local(), self.locale.language_code)
