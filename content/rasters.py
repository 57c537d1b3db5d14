"""Reading pictures made of pixels strictly, whatever a library in this process asked Pillow for."""

from __future__ import annotations

import threading

from PIL import Image, ImageFile

_reading = threading.Lock()


def load_whole(image: Image.Image) -> None:
    """Read all pixels. Raises :class:`OSError` where some are missing.

    WeasyPrint tells Pillow, for the whole process, to take what is cut off for whole. One picture is read at
    a time, which also bounds the memory that it takes.
    """
    with _reading:
        lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            image.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient
