"""The embedder ``hash``, and the settings that name one."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from hub.env import read_env
from hub.errors import ConfigurationError
from search.answers.embedding import Description, EmbedderUnavailable, describe
from search.answers.embedding.choosing import Setting
from search.answers.embedding.hash import DIMENSION, HashEmbedder
from search.answers.models import PassageEmbedder
from tests.answers.embedders import set_embedder
from tests.hub.test_env import GOOD

embed = HashEmbedder().embed_question


def similarity(first: str, second: str) -> float:
    return float(embed(first) @ embed(second))


def test_vectors_have_one_length_and_stop_words_none() -> None:
    assert embed("Kitaplatzvergabe").shape == (DIMENSION,)
    assert float(np.linalg.norm(embed("Kitaplatzvergabe in Mainz"))) == pytest.approx(1)
    assert not embed("und oder der").any()
    assert not embed("").any()


def test_a_passage_is_embedded_like_a_question_and_in_its_place() -> None:
    texts = ["Kitaplatzvergabe", "", "Radweg"]
    rows = HashEmbedder().embed_passages(texts)
    assert [row.tolist() for row in rows] == [embed(text).tolist() for text in texts]
    assert HashEmbedder().embed_passages([]).shape == (0, DIMENSION)


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
        "from search.answers.embedding.hash import HashEmbedder;"
        "print(HashEmbedder().embed_question('Kitaplatzvergabe in Mainz').tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == embed("Kitaplatzvergabe in Mainz").tobytes().hex()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("hash", "hash"),
        ("lsa", "lsa"),
        ("local:/srv/modelle/e5/", "local:/srv/modelle/e5"),
        ("openai:http://127.0.0.1:11434/v1/", "openai:http://127.0.0.1:11434/v1"),
    ],
)
def test_a_setting_is_read(value: str, kept: str) -> None:
    read = read_env({**GOOD, "HUB_EMBEDDER": value, "HUB_EMBEDDER_MODEL": "m"})
    assert (read.embedder, read.embedder_model, read.embedder_key) == (kept, "m", "")
    assert read_env(GOOD).embedder == "hash"


@pytest.mark.parametrize(
    "value",
    [
        "word2vec",
        "hash:512",
        "local:",
        "local:modelle/e5",
        "openai:",
        "openai:llm.example/v1",
        "openai:ftp://llm.example",
        "openai:https://user:password@llm.example/v1",
        "openai:https://llm.example/v1?key=1",
    ],
)
def test_a_wrong_setting_stops_the_start_with_an_example(value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_env({**GOOD, "HUB_EMBEDDER": value, "HUB_EMBEDDER_MODEL": "m"})
    assert f"HUB_EMBEDDER={value!r} is malformed" in str(caught.value)
    assert "e.g. HUB_EMBEDDER=openai:https://" in str(caught.value)


def test_a_service_needs_the_name_of_a_model() -> None:
    with pytest.raises(ConfigurationError, match=r"HUB_EMBEDDER_MODEL is missing .* HUB_EMBEDDER_MODEL="):
        read_env({**GOOD, "HUB_EMBEDDER": "openai:https://llm.example/v1"})


@pytest.mark.django_db
def test_what_leaves_the_house_is_said_as_soon_as_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert describe() == Description("hash", "", "")
    set_embedder(monkeypatch, "openai:https://llm.example/v1", "e5")
    service = Description("openai", "e5", "llm.example")
    assert describe() == service
    PassageEmbedder.objects.create(
        name="s", dimension=3, active=True, setting="openai:https://llm.example/v1", model="e5"
    )
    set_embedder(monkeypatch, "local:/srv/modelle/klein")
    assert describe() == service, "questions go there until the other one answers"
    PassageEmbedder.objects.update(setting="local:/srv/modelle/klein", model="")
    assert describe() == Description("local", "klein", "")


def test_a_setting_without_a_method_is_no_embedder() -> None:
    from search.answers.embedding.choosing import load

    with pytest.raises(EmbedderUnavailable):
        load(Setting("lsa"))
