"""Real hubs of different versions: nothing of theirs is kept aside, and both hold the same in the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fixtures.network.hubs import CITIES
from hub.postgres import Cluster, ensure_template, migration_fingerprint
from tests.conftest import PROJECT, migrate
from tests.wire.abroad import RealHub, real_hub

MAINZ, KOBLENZ = CITIES[0], CITIES[1]
USUAL = "tests.wire.home_hub_settings"


@contextmanager
def two_hubs(
    cluster: Cluster, factory: pytest.TempPathFactory, settings: str
) -> Iterator[tuple[RealHub, RealHub]]:
    """Mainz of this version and Koblenz of another, which have approved each other."""
    template = ensure_template(cluster, migration_fingerprint(PROJECT), migrate)
    with real_hub(MAINZ, cluster, template, factory.mktemp("mainz")) as mainz:
        mainz.identity = mainz.order("identity")
        with real_hub(KOBLENZ, cluster, template, factory.mktemp("koblenz"), settings=settings) as koblenz:
            koblenz.identity = koblenz.order("identity")
            for hub, other, city in ((mainz, koblenz, KOBLENZ), (koblenz, mainz, MAINZ)):
                bodies = {each.body: each.name for each in CITIES}
                hub.order("prepare", peer={**other.identity, "bodies": [city.body]}, bodies=bodies)
                hub.order("reach", host=other.hub.host)
            yield mainz, koblenz


def equal(holder: RealHub, origin: RealHub) -> dict[str, Any]:
    """What one hub holds of another, which is exactly what that one has; nothing is kept aside."""
    here, there = holder.order("held_of", origin=origin.origin), origin.order("held_of", origin=origin.origin)
    assert here["quarantined"] == there["quarantined"] == []
    assert here["errors"] == there["errors"] == []
    assert here["buckets"] == there["buckets"]
    for object_id, entry in there["entries"].items():
        found = here["entries"][object_id]
        assert {name: found[name] for name in ("state", "revision", "digest", "body")} == {
            name: entry[name] for name in ("state", "revision", "digest", "body")
        }
        assert found["fits"]
    assert set(here["entries"]) == set(there["entries"])
    return here["entries"]  # type: ignore[no-any-return]


def live_together(mainz: RealHub, koblenz: RealHub) -> tuple[dict[str, str], dict[str, str]]:
    """Both publish, correct and withdraw, push and pull; returns the ids of both."""
    ids = mainz.order("publish_all", slug="mainz"), koblenz.order("publish_all", slug="koblenz")
    for hub in (mainz, koblenz):
        hub.order("trade")
    for hub, own in zip((mainz, koblenz), ids, strict=True):
        hub.order("correct_page", object_id=own["report"], title="Bericht, berichtigt")
        hub.order("trade")
        hub.order("withdraw_page", object_id=own["module"])
    for hub in (mainz, koblenz, mainz):
        hub.order("trade")
    return ids


def shown(hub: RealHub, object_id: str) -> str:
    """The page of a received document."""
    page = hub.visitor().get(f"/id/{object_id.rpartition('/')[2]}")
    assert page.status_code == 200
    return page.text


@pytest.fixture(scope="module")
def newer(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealHub, RealHub]]:
    with two_hubs(cluster, tmp_path_factory, "tests.wire.newer_settings") as hubs:
        yield hubs


def test_a_newer_and_this_version_hold_the_same(newer):
    mainz, koblenz = newer
    own, theirs = live_together(mainz, koblenz)
    held = equal(mainz, koblenz)
    equal(koblenz, mainz)
    assert mainz.order("compare_all") == {"koblenz": ["done", 0]}
    assert koblenz.order("compare_all") == {"mainz": ["done", 0]}
    assert '"schema_version":"wissenshub/1.9"' in held[theirs["report"]]["body"]
    assert held[theirs["report"]]["title"] == "Bericht, berichtigt"
    assert (held[theirs["module"]]["state"], held[theirs["report"]]["revision"]) == ("withdrawn", 2)

    # What nobody here knows yet is shown plainly, and none of it is lost.
    page = shown(mainz, theirs["report"])
    assert "Die Bearbeitung sollte schneller werden." in page
    assert "Ein neuer Teil" in page
    assert "Karte der Sensoren" in page
    assert "postponed" in shown(mainz, theirs["event"])
    assert "kennt diese Art von Dokument noch nicht" in shown(mainz, theirs["trial"])
    listed = mainz.visitor().get("/wissen/").text
    assert theirs["trial"].rpartition("/")[2] in listed
    assert theirs["endorsement"].rpartition("/")[2] not in listed
    assert "kennt diese Art von Dokument noch nicht" in shown(mainz, theirs["endorsement"])
    for form in ("json", "md", "pdf", "ics"):
        for name in ("report", "trial", "event"):
            status = mainz.visitor().get(f"/id/{theirs[name].rpartition('/')[2]}.{form}").status_code
            assert status < 500, (form, name)
    assert "Bericht, berichtigt" in shown(koblenz, own["report"])


def test_a_document_larger_than_a_page_of_the_log_arrives(newer):
    mainz, koblenz = newer
    object_id = koblenz.order("publish_large", slug="koblenz", megabytes=4.5)
    for hub in (koblenz, mainz, koblenz):
        hub.order("trade")
    body = equal(mainz, koblenz)[object_id]["body"]
    assert 4_300_000 < len(body.encode()) < 6_000_000
    assert "Wörter über Sensoren." in shown(mainz, object_id)
    assert mainz.order("compare_all") == {"koblenz": ["done", 0]}
    # Lost, it comes back by its bucket.
    mainz.order("lose_entry", object_id=object_id)
    assert mainz.order("compare_all") == {"koblenz": ["done", 1]}
    assert equal(mainz, koblenz)[object_id]["body"] == body


def test_what_came_from_a_newer_version_is_passed_on_whole(newer, tmp_path):
    mainz, koblenz = newer
    key = koblenz.order("publish_report", title="Wird weitergegeben")
    for hub in (koblenz, mainz):
        hub.order("trade")
    entry = equal(mainz, koblenz)[f"{koblenz.origin}/id/{key}"]
    mainz.order("run_command", name="export_archive", arguments=[str(tmp_path / "archiv")])
    found = [path for path in (tmp_path / "archiv").rglob("*.json") if key in str(path)]
    assert entry["body"] in [path.read_text() for path in found]


def test_an_older_and_this_version_hold_the_same(cluster, tmp_path_factory):
    with two_hubs(cluster, tmp_path_factory, "tests.wire.older_settings") as (mainz, koblenz):
        own, theirs = live_together(mainz, koblenz)
        held = equal(mainz, koblenz)
        taken = equal(koblenz, mainz)
        assert mainz.order("compare_all") == {"koblenz": ["not_offered", 0]}
        assert koblenz.order("compare_all") == {"mainz": ["done", 0]}
        assert '"schema_version":"wissenshub/1.0"' in held[theirs["report"]]["body"]
        assert '"works_council"' in taken[own["report"]]["body"]
        assert "Die Bearbeitung sollte schneller werden." in shown(mainz, theirs["report"])
        assert "Bericht, berichtigt" in shown(koblenz, own["report"])
        status = mainz.order("run_command", name="federation_status", arguments=[])
        assert "vergleicht noch nicht" in status
        mainz.order("run_command", name="federation_status", arguments=["--check"])
