"""Two real hubs: keys change, everything is handed over, the taker moves to another address and leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from fixtures.network.hubs import CITIES
from hub.postgres import Cluster, ensure_template, migration_fingerprint
from tests.conftest import PROJECT, migrate
from tests.wire.abroad import RealHub, real_hub

MAINZ, KOBLENZ = CITIES[0], CITIES[1]


@pytest.fixture(scope="module")
def hubs(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealHub, RealHub]]:
    """Mainz and Koblenz, which have approved each other."""
    template = ensure_template(cluster, migration_fingerprint(PROJECT), migrate)
    with real_hub(MAINZ, cluster, template, tmp_path_factory.mktemp("mainz")) as mainz:
        mainz.identity = mainz.order("identity")
        with real_hub(KOBLENZ, cluster, template, tmp_path_factory.mktemp("koblenz")) as koblenz:
            koblenz.identity = koblenz.order("identity")
            for hub, other, city in ((mainz, koblenz, KOBLENZ), (koblenz, mainz, MAINZ)):
                bodies = {each.body: each.name for each in CITIES}
                hub.order("prepare", peer={**other.identity, "bodies": [city.body]}, bodies=bodies)
                hub.order("reach", host=other.hub.host)
            yield mainz, koblenz


def opened(hub: RealHub, path: str) -> requests.Response:
    """What a hub answers, without following where it leads."""
    return requests.get(
        f"{hub.hub.local}{path}", headers={"Host": hub.hub.host}, allow_redirects=False, timeout=30
    )


def test_notices_are_followed_from_hub_to_hub(hubs):
    mainz, koblenz = hubs
    key = mainz.order("publish", slug="mainz", title="Sensoren auf Parkplätzen")
    mainz.order("work")

    # Mainz rotates its keys twice; Koblenz follows, and what Mainz sends is taken.
    mainz.order("rotate")
    fingerprint = mainz.order("rotate")
    later = mainz.order("publish", slug="mainz-2", title="Zweiter Bericht")
    mainz.order("work")
    seen = koblenz.order("work")["peers"]["mainz"]
    assert (seen["fingerprint"], seen["last_error"]) == (fingerprint, "")
    assert opened(koblenz, f"/von/mainz/{later}/zweiter-bericht/").status_code == 200

    # Mainz hands everything over to Koblenz, which takes it over.
    path = opened(mainz, f"/id/{key}").headers["Location"]
    assert mainz.order("give", slug="koblenz") == [3]
    mainz.order("work")
    koblenz.order("work")
    assert koblenz.order("accept") == {}
    koblenz.order("work")
    mainz.order("work")
    there = opened(koblenz, f"/von/mainz/{key}/sensoren-auf-parkplatzen/")
    assert there.status_code == 301
    assert opened(koblenz, there.headers["Location"]).status_code == 200
    left = opened(mainz, path)
    assert left.status_code == 301
    assert left.headers["Location"].startswith(f"/von/koblenz/{key}/")
    assert opened(mainz, left.headers["Location"]).status_code == 200

    # Koblenz moves to another address; Mainz follows, and addresses go on working.
    moved = koblenz.origin.replace("koblenz.localhost", "127.0.0.1")
    host = koblenz.hub.host.replace("koblenz.localhost", "127.0.0.1")
    mainz.order("reach", host=host)
    koblenz.order("move", origin=moved)
    koblenz.order("work")
    seen = mainz.order("work")["peers"]["koblenz"]
    assert (seen["origin"], seen["last_error"]) == (moved, "")
    assert opened(mainz, path).headers["Location"].startswith(f"/von/koblenz/{key}/")
    assert opened(mainz, left.headers["Location"]).status_code == 200

    # Koblenz leaves; what it has published stays.
    koblenz.order("go")
    koblenz.order("work")
    assert mainz.order("work")["peers"]["koblenz"]["state"] == "left"
    assert opened(mainz, left.headers["Location"]).status_code == 200
