"""Pictures of documentation: looked at before they are shown to anybody."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext
from PIL import Image, ImageOps, UnidentifiedImageError

from content.rasters import load_whole
from content.svg import UnsafeSvg, check_svg
from hub.errors import UnreadableUpload

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg"})
MAX_PIXELS = 25_000_000
MAX_ANIMATED = 100_000_000
"""Pixels of all pictures of an animation."""

MAX_SIDE = 1200
BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError)


@dataclass(frozen=True)
class Picture:
    """A picture as it is shown. ``pixels`` are those that were read, which cost time."""

    data: bytes
    name: str
    media_type: str
    pixels: int = 0


def examine_picture(path: str, data: bytes) -> Picture:
    """The picture made ready: at most 1200 pixels wide and high, without what the camera noted.

    Raises :class:`UnreadableUpload` for what is no picture, too large, or not harmless.
    """
    name = PurePosixPath(path)
    if name.suffix.lower() == ".svg":
        try:
            check_svg(io.BytesIO(data))
        except UnsafeSvg as error:
            raise UnreadableUpload(str(error)) from error
        return Picture(data, name.name, "image/svg+xml")
    try:
        return _examine_raster(name, data)
    except BROKEN as error:
        raise UnreadableUpload(
            gettext("The picture cannot be read. Use PNG, JPG, WebP, GIF or SVG.")
        ) from error


def _examine_raster(name: PurePosixPath, data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        pixels = image.width * image.height
        if pixels > MAX_PIXELS:
            raise UnreadableUpload(gettext("The picture has more than 25 million pixels. Make it smaller."))
        load_whole(image)
        if image.format == "GIF" and getattr(image, "is_animated", False):
            frames = min(getattr(image, "n_frames", 1), 500)
            pixels *= frames
            if pixels > MAX_ANIMATED:
                raise UnreadableUpload(
                    gettext(
                        "The animation has more than 100 million pixels in all. Make it smaller or shorter."
                    )
                )
            for frame in range(1, frames):
                image.seek(frame)
                load_whole(image)
            return Picture(data, name.with_suffix(".gif").name, "image/gif", pixels)
        upright = ImageOps.exif_transpose(image).convert("RGBA" if _is_clear(image) else "RGB")
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
        out = io.BytesIO()
        upright.save(out, "WEBP", quality=85)
    return Picture(out.getvalue(), name.with_suffix(".webp").name, "image/webp", pixels)


def _is_clear(image: Image.Image) -> bool:
    """Whether parts of it may be see-through."""
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
