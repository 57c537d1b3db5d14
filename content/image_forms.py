"""The form for uploading pictures. Apart from :mod:`content.forms`, since it needs loaded models."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.images.forms import BaseImageForm

from content.svg import UnsafeSvg, check_svg
from hub.errors import UnreadableUpload
from hub.files.scanning import require_harmless


class ImageForm(BaseImageForm):
    """Refuses pictures that are infected, and SVG pictures that could run or load something."""

    def clean_file(self) -> Any:
        """The uploaded picture, scanned if it is a new one, and checked if it is a new SVG."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            require_harmless(file, file.name or "")
        except UnreadableUpload as error:
            raise ValidationError(str(error), code="harmful") from error
        if (file.name or "").lower().endswith(".svg"):
            try:
                check_svg(file)
            except UnsafeSvg as error:
                raise ValidationError(str(error), code="unsafe_svg") from error
        return file
