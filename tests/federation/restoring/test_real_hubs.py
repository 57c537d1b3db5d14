"""Two real hubs: whoever is restored from a backup, origin or receiver, both are equal in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fixtures.network.hubs import CITIES
from hub.postgres import Cluster, ensure_template, migration_fingerprint
from tests.conftest import PROJECT, migrate
from tests.wire.abroad import RealHub, real_hub

MAINZ, KOBLENZ = CITIES[0], CITIES[1]


@pytest.fixture
def hubs(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealHub, RealHub]]:
    template = ensure_template(cluster, migration_fingerprint(PROJECT), migrate)
    with real_hub(MAINZ, cluster, template, tmp_path_factory.mktemp("mainz")) as mainz:
        mainz.identity = mainz.order("identity")  # its port is taken by now
        with real_hub(KOBLENZ, cluster, template, tmp_path_factory.mktemp("koblenz")) as koblenz:
            koblenz.identity = koblenz.order("identity")
            prepare(mainz, koblenz)
            yield mainz, koblenz


def prepare(mainz: RealHub, koblenz: RealHub) -> None:
    """Both approve each other; Mainz publishes a report, which Koblenz has."""
    bodies = {each.body: each.name for each in CITIES}
    for hub, other, city in ((mainz, koblenz, KOBLENZ), (koblenz, mainz, MAINZ)):
        hub.order("prepare", peer={**other.identity, "bodies": [city.body]}, bodies=bodies)
        hub.order("reach", host=other.hub.host)
    mainz.order("publish", slug="mainz", title="Vor der Sicherung")
    koblenz.order("exchange")


def test_origin_and_receiver_come_back_from_their_backups(hubs):
    mainz, koblenz = hubs
    mainz.order("publish_after_start", title="Nach der Sicherung")
    koblenz.order("exchange")
    full = koblenz.order("state", origin=mainz.origin)
    assert full == mainz.order("state", origin=mainz.origin)
    assert full["seq"] == 3

    # The origin is restored, and published to before it knows.
    mainz.order("lose", origin=mainz.origin, seq=2)
    assert mainz.order("publish_after_start", title="Nach der Wiederherstellung") == [0, 1]
    koblenz.order("exchange")
    both = [hub.order("state", origin=mainz.origin) for hub in hubs]
    assert both[0] == both[1]
    assert both[0]["seq"] == 4
    assert both[0]["titles"] == [
        "Mainz",
        "Nach der Sicherung",
        "Nach der Wiederherstellung",
        "Vor der Sicherung",
    ]

    # The receiver is restored: its next pull goes on where the backup ends.
    koblenz.order("lose", origin=mainz.origin, seq=1)
    koblenz.order("exchange")
    assert koblenz.order("state", origin=mainz.origin) == both[0]
