from __future__ import annotations

import pytest

from hub.env import read_env
from hub.errors import ConfigurationError

GOOD = {
    "HUB_ORIGIN": "https://wissen.example",
    "HUB_SLUG": "beispiel",
    "HUB_NAME": "Beispielstadt",
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgres://hub@/hub?host=/run/postgresql",
    "HUB_DATA_DIR": "/var/lib/hub",
}


def test_reads_what_is_given_and_defaults_the_rest():
    env = read_env({**GOOD, "HUB_PEER_ADDRESSES": "mainz.localhost:8001=127.0.0.1, b.example:443=::1"})
    assert env.host == "wissen.example"
    assert env.secure
    assert env.peer_addresses == {"mainz.localhost:8001": "127.0.0.1", "b.example:443": "::1"}
    assert env.pull_seconds == 120


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_ORIGIN", "wissen.example"),
        ("HUB_ORIGIN", "https://wissen.example/pfad"),
        ("HUB_SLUG", "Mainz!"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://hub@/hub"),
        ("HUB_PEER_ADDRESSES", "mainz=127.0.0.1"),
        ("HUB_PEER_ADDRESSES", "mainz.localhost:8001=localhost"),
        ("HUB_PULL_SECONDS", "often"),
        ("HUB_LIVE_URL", "live.wissen.example"),
        ("HUB_LIVE_URL", "https://wissen.example/live/"),
        ("HUB_DEBUG", "maybe"),
        ("HUB_LOG_FORMAT", "xml"),
    ],
)
def test_malformed_value_is_named_with_an_example(name, value):
    with pytest.raises(ConfigurationError) as caught:
        read_env({**GOOD, name: value})
    assert f"{name}={value!r} is malformed" in str(caught.value)
    assert f"e.g. {name}=" in str(caught.value)


def test_all_faults_are_named_at_once():
    with pytest.raises(ConfigurationError) as caught:
        read_env({"HUB_SLUGG": "x", "HUB_SLUG": "x"})
    message = str(caught.value)
    for name in (
        "HUB_ORIGIN is missing",
        "SECRET_KEY is missing",
        "HUB_SLUGG is unknown",
        "HUB_SLUG='x' is malformed",
    ):
        assert name in message
