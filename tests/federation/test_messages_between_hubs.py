"""Two real hubs: Koblenz asks Mainz about a report, Mainz answers, and both see how long it took."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.network.hubs import CITIES
from hub.postgres import Cluster, ensure_template, migration_fingerprint
from tests.conftest import PROJECT, migrate
from tests.wire.abroad import RealHub, Visitor, real_hub

MAINZ, KOBLENZ = CITIES[0], CITIES[1]
WORDS = {"role": "Amt 15", "reply_to": "amt15@stadt.example"}


@pytest.fixture(scope="module")
def hubs(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealHub, RealHub]]:
    """Mainz and Koblenz, which have approved each other; Mainz has published a report."""
    template = ensure_template(cluster, migration_fingerprint(PROJECT), migrate)
    with real_hub(MAINZ, cluster, template, tmp_path_factory.mktemp("mainz")) as mainz:
        mainz.identity = mainz.order("identity")
        with real_hub(KOBLENZ, cluster, template, tmp_path_factory.mktemp("koblenz")) as koblenz:
            koblenz.identity = koblenz.order("identity")
            for hub, other in ((mainz, koblenz), (koblenz, mainz)):
                city = KOBLENZ if other is koblenz else MAINZ
                bodies = {each.body: each.name for each in CITIES}
                hub.order("prepare", peer={**other.identity, "bodies": [city.body]}, bodies=bodies)
                hub.order("reach", host=other.hub.host)
            yield mainz, koblenz


def writer(hub: RealHub, body: str) -> Visitor:
    """The browser of somebody who publishes for the hub's city."""
    email = f"redaktion@{hub.slug}.example"
    hub.order("person", email=email, roles={body: "editor"})
    visitor = hub.visitor()
    visitor.remember(hub.order("session", email=email))
    return visitor


def words(page: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())


def test_a_request_reaches_the_owner_and_its_answer_comes_back(hubs):
    mainz, koblenz = hubs
    key = mainz.order("publish", slug="mainz", title="Sensoren auf Parkplätzen")
    koblenz.order("exchange")
    asker, owner = writer(koblenz, KOBLENZ.body), writer(mainz, MAINZ.body)

    # Koblenz asks about what it received from Mainz.
    assert "Für „Sensoren auf Parkplätzen“ von Mainz" in words(asker.get(f"/interesse/{key}/"))
    page = asker.post(
        f"/interesse/{key}/", {"body": KOBLENZ.body, "text": "Was kostet es im Betrieb?", **WORDS}
    )
    assert "Unterwegs seit" in words(page)
    thread = re.search(r"/nachrichten/([0-9a-f-]{36})/", page.text)[1]  # type: ignore[index]
    assert koblenz.order("exchange") == 1
    assert "offen seit heute" in words(asker.get(f"/nachrichten/{thread}/"))

    # Mainz finds it, and answers.
    assert "Koblenz fragt: Sensoren auf Parkplätzen" in words(owner.get("/nachrichten/"))
    assert "Was kostet es im Betrieb?" in words(owner.get(f"/nachrichten/{thread}/"))
    said = {"text": "200 Euro im Monat.", "action": "answer", **WORDS}
    assert "am selben Tag beantwortet" in words(owner.post(f"/nachrichten/{thread}/", said))
    assert mainz.order("exchange") == 1
    page = words(asker.get(f"/nachrichten/{thread}/"))
    assert "200 Euro im Monat." in page
    assert "am selben Tag beantwortet" in page

    # How fast Mainz answers stands on its documents, there and here.
    koblenz.order("exchange")
    for hub in hubs:
        page = words(hub.visitor().get(f"/id/{key}"))
        assert "Antwortet meist am selben Tag (1 von 1 Anfrage)" in page, hub.slug

    # Koblenz is satisfied; Mainz sees that it is closed.
    asker.post(f"/nachrichten/{thread}/", {"text": "", "action": "close", **WORDS})
    assert koblenz.order("exchange") == 1
    assert "abgeschlossen am" in words(owner.get(f"/nachrichten/{thread}/"))
