"""Starting a second real hub for tests, giving it orders, and walking through it as a browser would."""

from __future__ import annotations

import html
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from fixtures.network.hubs import CITIES, LOOPBACK, City, Hub
from hub.env import env
from hub.postgres import Cluster, clone_database, ensure_template, migration_fingerprint
from hub.postgres.templates import drop_database
from tests.conftest import migrate
from tests.wire.foreign import ForeignHub
from tests.wire.home_hub import PASSWORD

PROJECT = Path(__file__).resolve().parent.parent.parent
REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')


class RealHub:
    """A running hub; its methods by the names of the commands in :mod:`tests.wire.home_hub`."""

    def __init__(self, hub: Hub, process: subprocess.Popen[str]) -> None:
        self.hub, self.process = hub, process
        self.origin, self.slug = hub.origin, hub.slug
        self.identity: dict[str, Any] = {}

    def order(self, do: str, **arguments: Any) -> Any:
        """Have something happen there, and wait until it has."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the hub has ended; see {self.hub.state / 'hub.log'}"
        return json.loads(answer)

    def visitor(self) -> Visitor:
        """A browser that has never been there."""
        return Visitor(self)


class Visitor:
    """A browser at the second hub: keeps cookies, follows redirects there, stops where it is sent away."""

    def __init__(self, hub: RealHub) -> None:
        self.hub, self.session = hub, requests.Session()
        self.session.headers["Host"] = hub.hub.host

    def get(self, address: str) -> requests.Response:
        """Open a page of the hub."""
        return self._follow(self.session.get(self._local(address), allow_redirects=False, timeout=30))

    def post(self, address: str, form: Any) -> requests.Response:
        """Send a form of the hub, with the cross-site token of the page before."""
        token = {"csrfmiddlewaretoken": self.session.cookies.get(f"hub_{self.hub.slug}_csrf", "")}
        return self._follow(
            self.session.post(self._local(address), data={**token, **form}, allow_redirects=False, timeout=30)
        )

    def remember(self, key: str) -> None:
        """Be signed in with this session."""
        self.session.cookies.set(f"hub_{self.hub.slug}_session", key)

    def sign_in(self, page: requests.Response, email: str) -> requests.Response:
        """Fill in the sign-in form that ``page`` is."""
        after = html.unescape(re.search(r'name="next"[^>]*value="([^"]+)"', page.text).group(1))  # type: ignore[union-attr]
        return self.post("/konto/login/", {"login": email, "password": PASSWORD, "next": after})

    def consent(self, page: requests.Response, action: str = "grant", without: str = "") -> requests.Response:
        """Answer the question that ``page`` asks."""
        asked = html.unescape(re.search(r'name="request" value="([^"]+)"', page.text).group(1))  # type: ignore[union-attr]
        scopes = [
            scope for scope in re.findall(r'name="scopes"[^>]*?value="(\w+)"', page.text) if scope != without
        ]
        return self.post("/identity/o/authorize", {"request": asked, "scopes": scopes, "action": action})

    def _local(self, address: str) -> str:
        parts = urlsplit(address)
        return f"{self.hub.hub.local}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _follow(self, response: requests.Response) -> requests.Response:
        if response.status_code not in {301, 302, 303}:
            return response
        return self.get(response.headers["Location"])


def passed_on(page: Any) -> str:
    """The address that a page of a hub passes the browser on to."""
    text = page.text if isinstance(page, requests.Response) else page.content.decode()
    found = REFRESH.search(text)
    assert found, text[:3000]
    return html.unescape(found.group(1))


@pytest.fixture(scope="session")
def koblenz_hub(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHub]:
    """Koblenz as a real hub beside the test, which has approved Mainz; Trier has a section there too."""
    template = ensure_template(cluster, migration_fingerprint(PROJECT), migrate)
    with real_hub(CITIES[1], cluster, template, tmp_path_factory.mktemp("koblenz")) as hub:
        mainz = ForeignHub(env.origin, env.slug).identity(bodies=[env.body])
        bodies = {city.body: city.name for city in CITIES}
        hub.identity = hub.order("prepare", peer=mainz, bodies=bodies)
        yield hub


@contextmanager
def real_hub(
    city: City,
    cluster: Cluster,
    template: str,
    folder: Path,
    reach: Sequence[str] = (),
    worker: bool = False,
    settings: str = "tests.wire.home_hub_settings",
) -> Iterator[RealHub]:
    """A second hub, ``<slug>.localhost`` on a free port, with an empty database of its own.

    The port is taken here and handed down, so that nobody else takes it before the hub is up.

    ``settings`` may make it a hub of another version, see :mod:`tests.wire.newer`.
    ``reach`` are hosts on this machine that its outbound door lets it call; ``worker`` gives it a worker.
    """
    door = socket.create_server((LOOPBACK, 0), backlog=128)
    hub = Hub(city, door.getsockname()[1], folder)
    name = f"test_hub_{os.getpid()}_{hub.port}"
    clone_database(cluster, name, template)
    environment = hub.environment(cluster.url(name), []) | {
        "DJANGO_SETTINGS_MODULE": settings,
        "HUB_PEER_ADDRESSES": ",".join(f"{host}={LOOPBACK}" for host in reach),
    }
    (folder / "static").mkdir(parents=True, exist_ok=True)
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.wire.home_hub", str(door.fileno())],
            cwd=PROJECT,
            env=environment,
            pass_fds=[door.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        door.close()
        jobs = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker"] if worker else ["true"],
            cwd=PROJECT,
            env=environment,
            stderr=log,
            stdout=log,
        )
        try:
            yield RealHub(hub, process)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(timeout=20)
            jobs.terminate()
            jobs.wait(timeout=20)
            drop_database(cluster, name)
