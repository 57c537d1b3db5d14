"""Order: whatever comes too early, too late, twice or half, what is held stays whole and in order.

Each is tried as it is pushed and as it is pulled; then with letters, notices and strangers where it fits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from federation import delivery, inbox
from federation.activitypub.models import Follower
from federation.models import Notice, Peer, Quarantined
from federation.pull import pull
from federation.quarantine import retry_quarantined
from hub.catalogue import applying
from hub.catalogue.models import CatalogueEntry, Change, LogHead, State
from hub.documents import Document, Text, canonical
from hub.messages.models import Message
from tests.factories.messages import write_letter
from tests.federation.adversarial.conftest import Served
from tests.federation.messages.letters import send as send_letter
from tests.federation.notices.conftest import announce, post, rotate
from tests.federation.test_odd_entries import ODD, body_of
from tests.wire.foreign import ForeignHub
from tests.wire.hub_server import ServedHub
from tests.wire.server import Response
from tests.wire.stranger import Stranger

pytestmark = pytest.mark.django_db

Arrive = Callable[[], None]
Examine = Callable[[], None]


def held(hub: ForeignHub) -> int:
    """How much of the hub's log is held."""
    return LogHead.objects.filter(origin=hub.origin).values_list("seq", flat=True).first() or 0


def shown() -> list[str]:
    """The titles that anybody can read."""
    live = CatalogueEntry.objects.filter(state=State.LIVE, hidden=False)
    return sorted(live.values_list("title", flat=True))


def titled(document: Document, title: str) -> Document:
    return document.model_copy(update={"texts": {"de": Text(title=title)}})


@pytest.fixture
def hub(served: Served) -> ServedHub:
    return served[0]


@pytest.fixture(params=["pushed", "pulled"])
def arrive(request: pytest.FixtureRequest, client: Client, served: Served) -> Arrive:
    """Let what is new at the hub arrive, in one of the two ways."""
    hub, peer = served

    def by_push() -> None:
        hub.push(client, *hub.entries[held(hub) :])

    return by_push if request.param == "pushed" else lambda: (peer.refresh_from_db(), pull(peer))[0]


def test_delete_before_create(hub: ServedHub, arrive: Arrive) -> None:
    """What is deleted before it was ever seen does not appear with what was written before."""
    late, new = hub.document("Zu spät"), hub.document("Neu")
    hub.withdraw(late.id, 3)
    arrive()
    hub.publish(late, 2)
    hub.withdraw(new.id, 1)
    hub.publish(new, 2)
    arrive()
    assert held(hub) == 4
    assert shown() == ["Neu"]


def test_delete_before_create_for_ever(hub: ServedHub, arrive: Arrive) -> None:
    document = hub.document("Gelöscht")
    hub.erase(document.id, 1)
    arrive()
    hub.publish(document, 2)
    arrive()
    assert held(hub) == 2
    assert shown() == []


def test_update_before_create(hub: ServedHub, arrive: Arrive) -> None:
    document = hub.document("Zuerst")
    hub.publish(titled(document, "Danach"), 2)
    arrive()
    assert shown() == ["Danach"]
    hub.publish(document, 1)
    arrive()
    assert held(hub) == 2
    assert shown() == ["Danach"]


def test_old_revision(hub: ServedHub, arrive: Arrive) -> None:
    document = hub.document("Neu")
    hub.publish(document, 5)
    arrive()
    before = CatalogueEntry.objects.values().get()
    for number in (1, 4, 5):
        hub.publish(titled(document, "Alt"), number)
    hub.withdraw(document.id, 4)
    hub.publish_body(document.id, "kein JSON", 3)
    arrive()
    assert held(hub) == 6
    assert CatalogueEntry.objects.values().get() == before


def test_gap(client: Client, served: Served) -> None:
    hub, peer = served
    for number in range(4):
        hub.publish(hub.document(f"Bericht {number}"))
    assert hub.push(client, hub.entries[1]).status_code == 409
    assert hub.push(client, hub.entries[0], hub.entries[2]).status_code == 403
    hub.answer_pull = (
        lambda request, after: Response(  # type: ignore[method-assign]
            canonical(hub.head(after=after, entries=hub.entries[1:]))
        )
    )
    pull(peer)
    assert held(hub) == CatalogueEntry.objects.count() == 0
    assert hub.push(client, *hub.entries).json()["seq"] == 4
    assert len(shown()) == 4


def test_gap_in_the_notices_of_a_peer(
    client: Client, koblenz: ForeignHub, peer: Peer, pinned: Callable[[], Peer]
) -> None:
    before = pinned().fingerprint
    _missing, second = rotate(koblenz, "koblenz-2"), rotate(koblenz, "koblenz-3", 2)
    answer = post(client, second)
    assert (answer.status_code, answer.json()["number"]) == (409, 0)
    assert pinned().fingerprint == before
    assert not Notice.objects.exists()


def test_gap_in_a_correspondence(
    client: Client, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry
) -> None:
    """An answer or a closing to what never came is refused, so that the sender knows."""
    for kind in ("answer", "closing"):
        first = write_letter(koblenz, entry)
        later = {**write_letter(koblenz, entry, type=kind), "thread": first["id"]}
        assert send_letter(client, koblenz, later).status_code == 422
    assert not Message.objects.exists()


def test_duplicates(hub: ServedHub, client: Client, arrive: Arrive, served: Served) -> None:
    """The same twice, by whichever ways, is held once; twice in one message is none of any log."""
    hub.publish(hub.document("Eins"))
    hub.publish(hub.document("Zwei"))
    for _again in range(2):
        arrive()
        assert hub.push(client, *hub.entries).status_code == 202
        pull(served[1])
    assert hub.push(client, hub.entries[0], *hub.entries).status_code == 403
    assert (Change.objects.count(), CatalogueEntry.objects.count(), held(hub)) == (2, 2, 2)
    assert shown() == ["Eins", "Zwei"]


def test_duplicates_of_letters_notices_and_follows(
    client: Client,
    koblenz: ForeignHub,
    peer: Peer,
    entry: CatalogueEntry,
    anna: Stranger,
    examine: Examine,
) -> None:
    letter, follow = write_letter(koblenz, entry), anna.follow()
    notice = announce(koblenz, "move", to="https://koblenz.example")
    for _again in range(2):
        assert send_letter(client, koblenz, letter).status_code == 202
        assert anna.post(client, follow).status_code == 202
        examine()
    for _again in range(2):
        assert post(client, notice).json() == {"number": 1}
    assert (Message.objects.count(), Follower.objects.count(), Notice.objects.count()) == (1, 1, 1)


class Crash(BaseException):
    """The process ends here."""


CRASHES = {
    "before the first row": (applying._Applying, "take"),
    "between changes and entries": (applying._Applying, "store"),
    "after the entries": (inbox, "check_approval"),
    "while putting aside": (inbox, "set_aside"),
    "just before it is written down": (applying, "wake_after_commit"),
}


@pytest.mark.parametrize("moment", CRASHES)
def test_crash_in_the_middle_of_an_apply(
    hub: ServedHub, arrive: Arrive, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """All of a batch or nothing: the next attempt finds the log as it was and loses nothing."""
    before = hub.document("Vorher")
    hub.publish(before)
    arrive()
    hub.publish(titled(before, "Nachher"), 2)
    hub.publish_body(hub.document().id, "kein JSON")
    hub.publish(hub.document("Danach"))
    place, name = CRASHES[moment]
    with monkeypatch.context() as crashing:
        crashing.setattr(place, name, _crash)
        with pytest.raises(Crash):
            arrive()
    assert (held(hub), Change.objects.count(), Quarantined.objects.count()) == (1, 1, 0)
    assert shown() == ["Vorher"]
    arrive()
    assert (held(hub), Change.objects.count(), Quarantined.objects.count()) == (4, 4, 1)
    assert shown() == ["Danach", "Nachher"]


def _crash(*arguments: Any, **options: Any) -> None:
    raise Crash


def test_half_an_outage_of_a_peer_that_answers_its_first_page_alone(served: Served) -> None:
    hub, peer = served
    for number in range(105):
        hub.publish(hub.document(f"Bericht {number}"))
    hub.answer_pull = lambda request, after: (  # type: ignore[method-assign]
        Response(canonical(hub.page(after))) if after < 100 else Response(status=502)
    )
    assert pull(peer) == 100
    assert held(hub) == 100
    del hub.answer_pull  # type: ignore[method-assign]
    peer.refresh_from_db()
    assert peer.pull_failures == 1
    assert pull(peer) == 5
    assert len(shown()) == 105


def test_half_an_outage_in_one_direction(client: Client, served: Served) -> None:
    """Whoever cannot be called still gets in, and whoever does not call is still read."""
    hub, peer = served
    hub.publish(hub.document("Gebracht"))
    hub.down = True
    assert pull(peer) == delivery.push(peer) == 0
    assert hub.push(client, *hub.entries).status_code == 202
    hub.down = False
    hub.publish(hub.document("Geholt"))
    peer.refresh_from_db()
    assert pull(peer) == 1
    assert shown() == ["Gebracht", "Geholt"]


def test_half_an_outage_while_a_page_is_sent(served: Served) -> None:
    hub, peer = served
    hub.publish(hub.document())
    page = canonical(hub.page(0))
    hub.answer_pull = (
        lambda request, after: Response(  # type: ignore[method-assign]
            iter([page[: len(page) // 2]]), headers={"Content-Length": str(len(page))}
        )
    )
    assert pull(peer) == 0
    assert held(hub) == 0


def test_origin_restored_from_backup(client: Client, served: Served) -> None:
    """A log that has become shorter, or goes on otherwise, is an alarm; what is held stays."""
    hub, peer = served
    for number in range(3):
        hub.publish(hub.document(f"Bericht {number}"))
    pull(peer)
    kept = hub.entries[1]["change"]
    del hub.entries[2:]
    hub.head_hash = _hash_after(hub, kept)
    pull(peer)
    peer.refresh_from_db()
    assert "Sicherung" in peer.last_error
    another = hub.publish(hub.document("Andere Geschichte"))
    answer = hub.push(client, another)
    assert (answer.status_code, "contradicts" in answer.json()["error"]) == (403, True)
    hub.publish(hub.document("Noch eine"))
    pull(peer)
    peer.refresh_from_db()
    assert peer.last_error
    assert held(hub) == 3
    assert shown() == ["Bericht 0", "Bericht 1", "Bericht 2"]


def _hash_after(hub: ServedHub, change: dict[str, Any]) -> str:
    """The end of the log after that change, as held here."""
    return Change.objects.values_list("hash", flat=True).get(origin=hub.origin, seq=change["seq"])


POISONS: dict[str, str] = {
    "no JSON": "{",
    "no object": "[]",
    "nothing": "",
    "another schema": '{"schema_version": "elsewhere/1.0"}',
    "a NUL": '{"kind": "a\\u0000b"}',
    "half a character": '{"kind": "\\ud800"}',
}


@pytest.mark.parametrize("poison", POISONS)
def test_poison_entry(hub: ServedHub, arrive: Arrive, poison: str) -> None:
    """Rightly signed and unreadable: kept raw, in sight, and nothing behind it waits."""
    document = hub.document()
    hub.publish_body(document.id, POISONS[poison])
    hub.publish(hub.document("Danach"))
    arrive()
    assert held(hub) == 2
    assert shown() == ["Danach"]
    assert Quarantined.objects.get().body == POISONS[poison]
    assert retry_quarantined() == 0


@pytest.mark.parametrize("case", ODD)
def test_poison_entry_that_does_not_fit_the_catalogue(hub: ServedHub, arrive: Arrive, case: str) -> None:
    document = hub.document("Gift")
    hub.publish_body(document.id, body_of(document, **ODD[case]))
    hub.publish(hub.document("Danach"))
    arrive()
    assert held(hub) == 2
    assert shown() == ["Danach"]
    assert Quarantined.objects.get().object_id == document.id


def test_delete_before_create_of_a_follow(client: Client, anna: Stranger, examine: Examine) -> None:
    """An Undo that comes before its Follow ends nothing, and a Follow in between is not lost."""
    follow = anna.follow()
    anna.post(client, anna.undo(follow))
    examine()
    anna.post(client, follow)
    anna.post(client, anna.undo(follow))
    examine()
    assert not Follower.objects.exists()
