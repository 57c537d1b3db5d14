"""The demo network's runner: what it says before it starts, and how its processes live and end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixtures.network import CITIES, Network, NetworkFault
from fixtures.network import __main__ as command_line
from fixtures.network.hubs import LIVE_OFFSET, PROJECT, Hub
from fixtures.network.probing import find_free_ports, is_free
from fixtures.network.processes import Process
from fixtures.network.running import command_of
from hub.env import read_env

Make = Callable[..., Process]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes processes from Python programs and ends them after the test."""
    made: list[Process] = []

    def build(program: str) -> Process:
        command = [sys.executable, "-c", program]
        made.append(Process("Prüfling", command, os.environ, tmp_path / "log" / "x.log"))
        return made[-1]

    yield build
    for process in made:
        process.terminate()
        process.wait_end(time.monotonic() + 2)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is listened on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_taken_port_is_named_with_a_way_out(taken: int, tmp_path: Path) -> None:
    network = Network(tmp_path / "state", taken - 1)
    with pytest.raises(NetworkFault) as caught:
        network.check_ports()
    message = str(caught.value)
    assert f"Port {taken} (für Koblenz) ist schon belegt." in message
    assert "make demo PORT=9001" in message


def test_a_taken_port_of_a_live_process_is_named_too(taken: int, tmp_path: Path) -> None:
    network = Network(tmp_path / "state", taken - LIVE_OFFSET)
    with pytest.raises(NetworkFault, match=f"Port {taken} \\(für Mainz\\) ist schon belegt"):
        network.check_ports()


def test_the_live_process_answers_where_the_pages_say(tmp_path: Path) -> None:
    network = Network(tmp_path, 9001)
    hub = network.hubs["trier"]
    command = command_of(hub, "live")
    assert "hub.live:application" in command
    assert command[command.index("--port") + 1] == "9104"
    assert read_env(hub.environment(network.url(hub), [])).live_url == "http://trier.localhost:9104"


def test_the_command_ends_with_the_message_and_starts_nothing(
    taken: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    assert command_line.main(["up", "--state", str(state), "--port-base", str(taken)]) == 1
    assert f"Port {taken} (für Mainz)" in capsys.readouterr().err
    assert not Network(state, taken).cluster.data.exists()


def test_a_second_runner_on_the_same_state_is_refused(tmp_path: Path) -> None:
    first = Network(tmp_path)
    first._take_lock()
    with pytest.raises(NetworkFault, match="läuft schon"):
        Network(tmp_path).reset()
    first.stop()


def test_state_of_other_ports_is_not_reused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(tmp_path, 9001)
    hub = network.hubs["mainz"]
    hub.home.mkdir(parents=True)
    hub.write_record({"fingerprint": "x", "port": 8001})
    monkeypatch.setattr(network.cluster, "databases", lambda: {hub.database})
    with pytest.raises(NetworkFault, match="anderen Ports"):
        network._steps(hub, "x")


def test_what_is_left_to_prepare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(tmp_path)
    hub = network.hubs["mainz"]
    databases: set[str] = set()
    monkeypatch.setattr(network.cluster, "databases", lambda: databases)
    first = network._steps(hub, "x")
    assert first[:3] == ["migrate", "demo", f"identity={hub.identity}"]
    assert len([step for step in first if step.startswith("peer=")]) == 3
    hub.home.mkdir(parents=True)
    hub.write_record({"fingerprint": "x", "port": 8001})
    assert network._steps(hub, "x") == first, "the record alone is worth nothing without its database"
    databases.add(hub.database)
    assert network._steps(hub, "x") == []
    assert network._steps(hub, "y") == ["migrate"]
    (hub.home / "prepared.json").write_text('{"fingerp')
    assert network._steps(hub, "x") == first


def test_the_environment_of_a_hub_is_complete_and_its_key_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DEBUG", "1")
    network = Network(tmp_path, 9001)
    hub = network.hubs["trier"]
    environment = hub.environment(network.url(hub), network.peers(hub))
    env = read_env(environment)
    assert env.origin == "http://trier.localhost:9004"
    assert env.peer_addresses == {
        "mainz.localhost:9001": "127.0.0.1",
        "koblenz.localhost:9002": "127.0.0.1",
        "ludwigshafen.localhost:9003": "127.0.0.1",
    }
    assert not env.debug
    assert hub.environment("", [])["SECRET_KEY"] == env.secret_key
    assert oct((hub.home / "secret.key").stat().st_mode & 0o777) == "0o600"


def test_hubs_have_keys_of_their_own(tmp_path: Path) -> None:
    keys = {Hub(city, 1, tmp_path).environment("", [])["SECRET_KEY"] for city in CITIES}
    assert len(keys) == 4


def test_free_ports_are_found_beside_taken_ones(taken: int) -> None:
    for first in (taken, taken - LIVE_OFFSET):
        base = find_free_ports(2, first)
        assert taken not in (base, base + 1, base + LIVE_OFFSET, base + LIVE_OFFSET + 1)
        assert is_free(base)
    assert not is_free(taken)


def test_a_process_ends_with_all_its_children(make: Make) -> None:
    process = make(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    process.start()
    assert wait_for(lambda: process.log.exists() and process.log.read_text().strip() != "")
    child = int(process.log.read_text())
    process.terminate()
    process.wait_end(time.monotonic() + 5)
    assert not process.alive
    assert wait_for(lambda: not is_running(child))


def test_a_process_that_ignores_the_request_is_ended_by_force(make: Make) -> None:
    process = make(
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    process.start()
    assert wait_for(lambda: "deaf" in process.log_end())
    process.terminate()
    process.wait_end(time.monotonic() + 0.2)
    assert process.code == -signal.SIGKILL


def test_a_process_that_ends_unasked_is_brought_back_after_growing_pauses(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = make("raise SystemExit(3)")
    pauses = []
    now = [1000.0]
    monkeypatch.setattr("fixtures.network.processes.time.monotonic", lambda: now[0])
    for _ in range(3):
        process.start()
        assert process._running is not None
        process._running.wait()
        assert process.tend() == 3
        assert process.tend() is None
        assert not process.alive
        pauses.append(process.pause)
        now[0] += process.pause
        ended = process.pid
        process.tend()
        assert process.pid != ended
        process._running.wait()
    assert pauses == [1.0, 2.0, 4.0]
    process.wanted = False
    assert process.tend() is None


def test_a_process_ends_when_its_runner_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from fixtures.network.processes import Process\n"
        "command = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "p = Process('x', command, os.environ, Path(sys.argv[1]))\n"
        "p.start()\n"
        "print(p.pid, flush=True)\n"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "x.log")]
    runner = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    pid = int(runner.stdout.readline())
    assert is_running(pid)
    runner.kill()
    runner.wait()
    assert wait_for(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    """Whether the process lives; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
