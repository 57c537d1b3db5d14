"""Names of files: made harmless, and in the editors' library naming their content."""

from __future__ import annotations

import base64
import re

PREFIX = "c/"
CONTENT_NAME = re.compile(r"c/([A-Za-z0-9_-]{43})/[^/]+")

# Folders, control characters, and those that turn the direction of writing: „fdp.exe“ is not „exe.pdf“.
DANGEROUS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff/\\]")


# Names of devices on Windows, with whatever ending.
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def plain_name(name: str, longest: int = 150) -> str:
    """The name without what file systems and browsers would interpret; a long one loses its middle."""
    harmless = DANGEROUS.sub("_", name).strip(" ").rstrip(". ")
    if RESERVED.fullmatch(harmless):
        harmless = f"_{harmless}"
    return _cut(harmless, longest) if harmless else "file"


def base_name(name: str, longest: int = 255) -> str:
    """What stands after the last slash or backslash, made harmless: browsers may name folders too."""
    return plain_name(re.split(r"[/\\]", name)[-1], longest)


def content_name(digest: str, name: str, longest: int = 100) -> str:
    """``c/<SHA-256 in base64url>/<name>``, at most ``longest`` characters: long names lose their middle.

    ``digest`` is ``sha256:<hex>``.
    """
    raw = bytes.fromhex(digest.removeprefix("sha256:"))
    start = PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=") + "/"
    return start + _cut(name, longest - len(start))


def digest_of(name: str) -> str | None:
    """The digest ``sha256:<hex>`` that a name of :func:`content_name` holds; None for other names."""
    found = CONTENT_NAME.fullmatch(name)
    return f"sha256:{base64.urlsafe_b64decode(found[1] + '=').hex()}" if found else None


def _cut(name: str, longest: int) -> str:
    if len(name) <= longest:
        return name
    end = longest // 2
    return name[: longest - end - 1] + "~" + name[-end:]
