"""What happens while parts of the network are down: the rest serves, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from fixtures.network.hubs import PROJECT, Hub
from fixtures.network.running import Network
from tests.browser.conftest import BROWSER
from tests.browser.test_network import address_on, read, wait_for

pytestmark = BROWSER


@pytest.fixture
def whole(network: Network) -> Iterator[Network]:
    """The network, put together again afterwards."""
    yield network
    for slug, role in network.processes:
        network.start(slug, role)
    network.wait_ready()


def publish(network: Network, hub: Hub, title: str) -> None:
    """Publish a report with that title, from a process of its own."""
    script = (
        "from content.models import BodyPage, CaseReportPage as Report\n"
        "section = BodyPage.objects.filter(live=True).first()\n"
        "page = Report(title=TITLE, summary='Kurz.', topics=['ki'], live=False,\n"
        "              pitfalls=[('paragraph', '<p>Der Strom fiel aus.</p>')])\n"
        "section.add_child(instance=page)\n"
        "page.save_revision().publish()\n"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", f"TITLE = {title!r}\n{script}"],
        cwd=PROJECT,
        env=network.environment(hub),
        check=True,
        capture_output=True,
    )


def health(hub: Hub) -> dict:
    response = read(hub, "/health/ready")
    assert response.status_code == 200
    return response.json()


def test_a_peer_that_was_away_catches_up(whole: Network) -> None:
    koblenz, trier, mainz = (whole.hubs[slug] for slug in ("koblenz", "trier", "mainz"))
    for role in ("web", "worker"):
        whole.kill("trier", role)
    publish(whole, koblenz, "Bericht während Trier fort war")
    assert wait_for(lambda: address_on(mainz, "/wissen/", "Bericht während Trier fort war"))[0]
    # The hub with a silent peer says so, and is ready all the same.
    assert wait_for(lambda: health(koblenz)["peers"]["status"] == "degraded", 30)[0]
    silent = next(peer for peer in health(koblenz)["peers"]["peers"] if peer["slug"] == "trier")
    assert silent["status"] == "degraded"
    assert read(koblenz, "/").status_code == 200
    for role in ("web", "worker"):
        whole.start("trier", role)
    whole.wait_ready(["trier"])
    assert wait_for(lambda: address_on(trier, "/wissen/", "Bericht während Trier fort war"), 60)[0]
    assert wait_for(lambda: health(koblenz)["peers"]["status"] == "ok", 60)[0]


def test_without_its_workers_a_hub_serves_and_sends_later(whole: Network) -> None:
    ludwigshafen, mainz = whole.hubs["ludwigshafen"], whole.hubs["mainz"]
    for role in ("worker", "tasks"):
        whole.kill("ludwigshafen", role)
    whole.kill("mainz", "worker")  # which would fetch by itself, every two minutes, what is not sent to it
    title = "Bericht ohne Arbeiter"
    publish(whole, ludwigshafen, title)
    assert address_on(ludwigshafen, "/wissen/", title)
    assert wait_for(lambda: health(ludwigshafen)["worker"]["status"] == "degraded", 40)[0]
    assert not address_on(mainz, "/wissen/", title)
    for role in ("worker", "tasks"):
        whole.start("ludwigshafen", role)
    whole.start("mainz", "worker")
    assert wait_for(lambda: address_on(mainz, "/wissen/", title), 60)[0]
    assert wait_for(lambda: health(ludwigshafen)["worker"]["status"] == "ok", 30)[0]


def test_nothing_is_lost_when_the_database_is_killed(whole: Network) -> None:
    trier, mainz = whole.hubs["trier"], whole.hubs["mainz"]
    title = "Bericht kurz vor dem Absturz"
    publish(whole, trier, title)
    whole.cluster.kill()
    whole.cluster.start()
    assert wait_for(lambda: read(trier, "/").status_code == 200, 30)[0]
    assert wait_for(lambda: address_on(mainz, "/wissen/", title), 60)[0]
    # Wagtail's task worker ends with its database and is started again by whoever runs it; ours wait.
    for (slug, role), process in whole.processes.items():
        assert process.alive or role == "tasks", f"{slug} {role} did not outlive the database's absence"
