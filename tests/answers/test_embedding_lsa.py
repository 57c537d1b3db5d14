"""The embedder ``lsa``, which learns from the passages themselves."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest

from search.answers.embedding import EmbedderUnavailable
from search.answers.embedding.lsa import DIMENSION, FEATURES, LEAST, LsaEmbedder, learn

TEXTS = [
    f"{what} {number} {more}"
    for number in range(30)
    for what, more in (
        ("Kitaplatz", "Eltern melden ihr Kind zur Betreuung an"),
        ("Radweg", "Asphalt und Markierung an der Kreuzung"),
        ("Pegel", "Die Feuerwehr warnt am Bach vor Hochwasser"),
    )
]


@pytest.fixture(scope="module")
def learned() -> bytes:
    return learn(TEXTS)


def test_the_same_texts_teach_the_same(learned: bytes) -> None:
    assert learn(TEXTS) == learned
    assert LsaEmbedder(learn(TEXTS[:-1])).name != LsaEmbedder(learned).name


def test_what_stands_together_is_near_though_no_word_is_shared(learned: bytes) -> None:
    """This is what it can do and hashing cannot."""
    embedder = LsaEmbedder(learned)
    near, far = embedder.embed_passages(["Die Eltern melden an", "Der Asphalt der Kreuzung"])
    question = embedder.embed_question("Kitaplatz")
    assert question @ near > 0.5 > 0.1 > question @ far


def test_vectors_fit_what_was_learned(learned: bytes) -> None:
    embedder = LsaEmbedder(learned)
    rows = embedder.embed_passages(["Kitaplatz", "und oder"])
    assert rows.shape == (2, embedder.dimension)
    assert embedder.dimension == min(DIMENSION, len(TEXTS) - 1)
    assert np.linalg.norm(rows, axis=1).tolist() == pytest.approx([1, 0])
    assert embedder.name.startswith(f"lsa-{embedder.dimension}-")


def test_from_few_texts_nothing_is_learned() -> None:
    with pytest.raises(EmbedderUnavailable, match=str(LEAST)):
        learn(TEXTS[: LEAST - 1])
    assert learn(TEXTS[:LEAST])


class Trap:
    """Would tell that it was unpickled."""

    sprung: list[str] = []

    def __reduce__(self) -> tuple[object, ...]:
        return (Trap.sprung.append, ("unpickled",))


def test_what_was_learned_is_never_unpickled() -> None:
    data = io.BytesIO()
    np.savez(data, rarity=np.array([Trap()], dtype=object), matrix=np.zeros((FEATURES, 4)), allow_pickle=True)
    for held in (data.getvalue(), pickle.dumps(Trap()), b"", b"PK\x03\x04"):
        with pytest.raises(EmbedderUnavailable):
            LsaEmbedder(held)
    assert Trap.sprung == []
