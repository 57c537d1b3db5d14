"""Which embedder the environment names, and making one of such a setting."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from hub.env import env
from search.answers.embedding.base import Embedder, EmbedderUnavailable
from search.answers.embedding.hash import HashEmbedder
from search.answers.embedding.local import LocalEmbedder
from search.answers.embedding.openai import OpenAIEmbedder

_loading = threading.Lock()


@dataclass(frozen=True)
class Setting:
    """``HUB_EMBEDDER`` and ``HUB_EMBEDDER_MODEL``."""

    text: str = "hash"
    model: str = ""

    @property
    def method(self) -> str:
        """``hash``, ``lsa``, ``local`` or ``openai``."""
        return self.text.partition(":")[0]

    @property
    def place(self) -> str:
        """The folder or the address; empty without one."""
        return self.text.partition(":")[2]

    @property
    def host(self) -> str:
        """Where texts are sent; empty if they stay on this machine's side."""
        return urlsplit(self.place).netloc if self.method == "openai" else ""

    @property
    def at_once(self) -> bool:
        """Whether it is so quick that vectors are made with the passages."""
        return self.method in {"hash", "lsa"}


def configured() -> Setting:
    """That of this instance."""
    return Setting(env.embedder, env.embedder_model if env.embedder.startswith("openai:") else "")


def load(setting: Setting, dimension: int = 0) -> Embedder:
    """The embedder of a setting, kept by this process; ``lsa`` is what it has learned and not made here.

    Raises :class:`EmbedderUnavailable`. The key is only ever sent to the address it is meant for.
    """
    key = env.embedder_key if setting.text == configured().text else ""
    with _loading:  # two threads at once would read a large model twice
        return _load(setting, key, dimension if setting.method == "openai" else 0)


def forget() -> None:
    """Read models anew: a folder may hold another one now."""
    _load.cache_clear()


@lru_cache(maxsize=4)
def _load(setting: Setting, key: str, dimension: int) -> Embedder:
    if setting.method == "hash":
        return HashEmbedder()
    if setting.method == "local":
        return LocalEmbedder(Path(setting.place))
    if setting.method == "openai":
        return OpenAIEmbedder(setting.place, setting.model, key, dimension)
    raise EmbedderUnavailable(f"{setting.text} is no embedder")
