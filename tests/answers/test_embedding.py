from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from search.answers.embedding import HashEmbedder
from search.answers.models import DIMENSION

embed = HashEmbedder().embed


def similarity(first: str, second: str) -> float:
    return float(embed(first) @ embed(second))


def test_vectors_have_one_length_and_stop_words_none() -> None:
    assert embed("Kitaplatzvergabe").shape == (DIMENSION,)
    assert float(np.linalg.norm(embed("Kitaplatzvergabe in Mainz"))) == pytest.approx(1)
    assert not embed("und oder der").any()
    assert not embed("").any()


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("Vergabe von Kitaplätzen", "Die Kitaplatzvergabe dauerte 24 Tage.", "Der Radweg wurde neu geteert."),
        ("Buergerbuero", "Öffnungszeiten im Bürgerbüro", "Pegel am Bach"),
        ("Sensorik Parkplatz", "Sensoren melden freie Parkplätze", "Ratsvorlagen werden zusammengefasst"),
    ],
)
def test_related_wording_is_nearer(question: str, near: str, far: str) -> None:
    assert similarity(question, near) > similarity(question, far) + 0.1


def test_vectors_are_the_same_in_another_process() -> None:
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'hub.settings.test'; django.setup();"
        "from search.answers.embedding import HashEmbedder;"
        "print(HashEmbedder().embed('Kitaplatzvergabe in Mainz').tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == embed("Kitaplatzvergabe in Mainz").tobytes().hex()
