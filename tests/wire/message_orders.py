"""Orders to a hub beside the test that exchanges documents and directed messages with another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any


def identity() -> dict[str, Any]:
    """What the other side approves."""
    from federation.identity import own_identity

    return own_identity().as_json()


def reach(host: str) -> None:
    """Let the outbound door reach another hub on the loopback address, as HUB_PEER_ADDRESSES would."""
    from hub import fetching

    fetching.env = replace(fetching.env, peer_addresses={**fetching.env.peer_addresses, host: "127.0.0.1"})


def publish(slug: str, title: str) -> str:
    """The own body publishes a report and a page about itself; returns the report's uuid."""
    from hub.catalogue.settling import settle
    from hub.env import env
    from hub.municipalities.models import Body
    from tests.factories.pages import add_report, add_section

    section = add_section(slug, Body.objects.get(pk=env.body))
    page = add_report(section, title)
    settle()
    return str(page.translation_key)


def publish_answer(thread: str) -> str:
    """Publish the draft that was made of an answered question; returns the page's uuid."""
    from content.models import QuestionPage

    page = QuestionPage.objects.get(asked_in=thread)
    page.get_latest_revision().publish()
    return str(page.translation_key)


def follow() -> None:
    """Let the index of search and answers follow what was settled."""
    from hub.catalogue.consumers import consumer_names, run_consumers
    from hub.catalogue.settling import settle

    settle()
    for name in sorted(consumer_names(), key=len):
        if name == "passages" or name.split(".")[0] == "search":
            run_consumers(name)


def exchange() -> int:
    """What the worker does every few seconds: settle, hand messages over, pull; returns how many arrived."""
    from django.utils import timezone

    from federation.messages import sending
    from federation.models import Peer
    from federation.pull import pull
    from hub.catalogue.settling import settle
    from hub.messages.queries import queued_destinations

    settle()
    arrived = sum(sending.deliver(origin) for origin in queued_destinations(timezone.now()))
    for peer in Peer.objects.all():
        pull(peer)
    return arrived


ORDERS = (identity, reach, publish, publish_answer, follow, exchange)
