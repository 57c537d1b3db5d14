"""The form of the editors' library. It examines what comes in, and sends large files to their own page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from wagtail.documents.forms import BaseDocumentForm

from hub.errors import UnreadableUpload
from hub.files.media_types import examine
from hub.files.scanning import require_harmless

LARGE_BYTES = 100 * 1024 * 1024
"""Beyond it a form that has to begin anew after each interruption is of no use."""


class DocumentForm(BaseDocumentForm):
    """Refuses what is not what its name says, and what is too large for a form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = format_html(
                '{} <a href="{}" target="_blank">{}</a>',
                gettext("Files over 100 megabytes:"),
                reverse("upload_file"),
                gettext("Upload a large file"),
            )

    def clean_file(self) -> Any:
        """The uploaded file, examined if it is a new one."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > LARGE_BYTES:
            raise ValidationError(
                format_html(
                    '{} <a href="{}" target="_blank">{}</a>',
                    gettext("The file is larger than 100 megabytes. Use this page instead:"),
                    reverse("upload_file"),
                    gettext("Upload a large file"),
                ),
                code="too_large",
            )
        try:
            examine(file, file.name or "")
            require_harmless(file, file.name or "")
        except UnreadableUpload as error:
            raise ValidationError(str(error), code="mismatch") from error
        return file
