"""What an editor says of documentation that is handed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from content.documentation.services import NewRelease, check_version
from content.models import ModulePage
from hub.errors import UnreadableUpload
from hub.files.scanning import require_harmless

MAX_BYTES = 100_000_000


class FilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each of them on its own; an empty one is refused by name."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class DocumentationForm(forms.Form):
    """The files, and the release they come with."""

    upload = FilesField(
        label=_("Files"),
        help_text=_(
            "An archive (ZIP, TAR or TAR.GZ) of the folder with the Markdown files, for example “docs.zip”, "
            "or the Markdown files and pictures themselves. Up to 100 megabytes."
        ),
        widget=FilesInput(
            attrs={
                "accept": ".zip,.tar,.gz,.tgz,.md,.markdown,.png,.jpg,.jpeg,.webp,.gif,.svg",
                "multiple": True,
            }
        ),
    )
    version = forms.CharField(
        label=_("version"),
        max_length=40,
        help_text=_("The version this documentation is of, for example 1.3.0. It becomes a new release."),
    )
    released = forms.DateField(
        label=_("released on"),
        widget=AdminDateInput,
        help_text=_("The day others could take it over, for example 2026-09-14. The newest day comes first."),
    )
    notes = forms.CharField(
        label=_("what is new"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: “New: template for the staff council. Check your deadlines in chapter 2.”"),
    )
    keeps_archive = forms.BooleanField(
        label=_("Offer the archive as a file of this release"),
        required=False,
        help_text=_("Then others can download the Markdown files and adapt them."),
    )

    def __init__(self, *args: Any, page: ModulePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["released"].initial = timezone.localdate()
        self.page = page

    def clean_upload(self) -> list[UploadedFile[Any]]:
        """Refuse what is too large or infected before it is read."""
        files: list[UploadedFile[Any]] = self.cleaned_data["upload"]
        if sum(file.size or 0 for file in files) > MAX_BYTES:
            raise forms.ValidationError(
                gettext("Together the files are larger than %(limit)s. Leave out what no chapter needs.")
                % {"limit": filesizeformat(MAX_BYTES)}
            )
        try:
            for file in files:
                require_harmless(file, file.name or "")
        except UnreadableUpload as error:
            raise forms.ValidationError(str(error)) from error
        return files

    def clean_version(self) -> str:
        """Refuse a version that there is already."""
        version: str = self.cleaned_data["version"]
        try:
            check_version(self.page, version)
        except UnreadableUpload as error:
            raise forms.ValidationError(str(error)) from error
        return version

    def release(self) -> NewRelease:
        """The release that was described."""
        said = self.cleaned_data
        return NewRelease(said["version"], said["released"], said["notes"].strip(), said["keeps_archive"])
