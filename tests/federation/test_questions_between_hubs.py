"""Two real hubs: Koblenz asks the community, Mainz answers and publishes, and Koblenz finds it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.postgres import Cluster
from tests.federation.test_messages_between_hubs import KOBLENZ, MAINZ, WORDS, hubs, words, writer
from tests.wire.abroad import RealHub

__all__ = ["hubs"]

QUESTION = "Was machen Sensoren auf Parkplätzen im Winter?"


@pytest.fixture(scope="module")
def exchanged(hubs: tuple[RealHub, RealHub]) -> tuple[RealHub, RealHub]:
    """Koblenz holds the report of Mainz, and can be asked about it."""
    mainz, koblenz = hubs
    mainz.order("publish", slug="mainz", title="Sensoren auf Parkplätzen")
    koblenz.order("publish", slug="koblenz", title="Beteiligung im Park")
    koblenz.order("exchange")
    koblenz.order("follow")
    return mainz, koblenz


def test_a_question_reaches_another_hub_and_its_answer_becomes_content(
    cluster: Cluster, exchanged: Any
) -> None:
    mainz, koblenz = exchanged
    asker, owner = writer(koblenz, KOBLENZ.body), writer(mainz, MAINZ.body)

    # Koblenz is told who may know, and asks.
    page = asker.get(f"/fragen/an-die-community/?q={QUESTION}")
    assert "Passt dazu: Sensoren auf Parkplätzen" in words(page)
    chosen = re.search(r'name="to" value="([0-9a-f-]{36})"', page.text)[1]  # type: ignore[index]
    form = {"question": QUESTION, "text": "", "to": chosen, "body": KOBLENZ.body, **WORDS}
    page = asker.post("/fragen/an-die-community/", {**form, "action": "preview"})
    assert "Diese Frage senden?" in words(page)
    page = asker.post("/fragen/an-die-community/", {**form, "action": "send"})
    assert "Unterwegs seit" in words(page)
    thread = re.search(r"/nachrichten/([0-9a-f-]{36})/", page.text)[1]  # type: ignore[index]
    assert koblenz.order("exchange") == 1

    # Mainz answers, makes a contribution of it, and publishes.
    assert f"Koblenz fragt: {QUESTION}" in words(owner.get("/nachrichten/"))
    assert QUESTION in words(owner.get(f"/nachrichten/{thread}/"))
    said = {"text": "Sie schlafen unter dem Schnee.", "action": "answer", **WORDS}
    assert "Als Beitrag veröffentlichen" in words(owner.post(f"/nachrichten/{thread}/", said))
    assert mainz.order("exchange") == 1
    assert "Sie schlafen unter dem Schnee." in words(asker.get(f"/nachrichten/{thread}/"))
    owner.post(f"/nachrichten/{thread}/beitrag/", {})
    key = mainz.order("publish_answer", thread=thread)

    # Koblenz is told, holds the page, and whoever asks again finds it.
    assert mainz.order("exchange") == 1
    koblenz.order("exchange")
    koblenz.order("follow")
    for visitor in (asker, owner):
        page = visitor.get(f"/nachrichten/{thread}/")
        assert f"Die Antwort ist veröffentlicht {QUESTION}" in words(page)
    reader = koblenz.visitor()
    assert QUESTION in words(reader.get(f"/id/{key}"))
    assert QUESTION in words(reader.get("/wissen/?art=question"))
    assert "Sie schlafen unter dem Schnee." in words(reader.get(f"/fragen/?q={QUESTION}"))
    assert f"Schon beantwortet? {QUESTION}" in words(
        asker.get("/fragen/an-die-community/?q=Was machen Sensoren im Winter auf Parkplätzen")
    )
