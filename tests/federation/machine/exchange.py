"""The exchange as a state machine: three instances, an unreliable network, crashes at any statement."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from federation import delivery, outgoing, pull
from federation.inbox import held_head
from federation.models import Peer, Quarantined
from federation.outgoing import own_head
from federation.restoring import checking, held
from federation.restoring.held import ask_all
from hub import fetching
from hub.catalogue.models import CatalogueEntry, Change, LogHead, State
from hub.catalogue.recovering import take_back
from hub.documents import digest_of
from hub.errors import Unreachable
from tests.federation.machine.instances import Instance
from tests.federation.machine.wires import Crash, Wires, crashing
from tests.wire.starting import unchecked

SLUGS = ("mainz", "koblenz", "trier")
KEYS = [uuid.uuid5(uuid.NAMESPACE_DNS, f"item-{number}.machine") for number in range(4)]
FATES = ("deliver", "deliver", "deliver", "drop", "lose_answer", "twice", "delay")
ROUNDS = 12

slugs = st.sampled_from(SLUGS)
fates = st.lists(st.sampled_from(FATES), max_size=6)
pairs = st.permutations(SLUGS).map(lambda order: (order[0], order[1]))


class InTurn:
    """Runs at once what would run in threads, since all share one connection here."""

    def __init__(self, *args: object) -> None:
        pass

    def __enter__(self) -> InTurn:
        return self

    def __exit__(self, *args: object) -> None:
        return None

    def map(self, function: Any, items: Any) -> list[Any]:
        return [function(item) for item in items]


class Exchange(RuleBasedStateMachine):
    """``said[slug]`` is what that instance's log has to say in the end: (id, title or None) by sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.instances = {slug: Instance(slug) for slug in SLUGS}
        self.wires = Wires(self.instances)
        self.said: dict[str, list[tuple[str, str | None]]] = {slug: [] for slug in SLUGS}
        self.titles = 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(fetching, "fetch", self.wires.fetch)
        self.patch.setattr(held, "ThreadPoolExecutor", InTurn)
        for instance in self.instances.values():
            instance.prepare()
        for instance in self.instances.values():
            instance.meet([other for other in self.instances.values() if other is not instance])
            instance.back_up()

    def teardown(self) -> None:
        try:
            self.come_to_rest()
            self.check_all_equal()
        finally:
            self.patch.undo()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @rule(slug=slugs, key=st.sampled_from(KEYS), crash=st.none() | st.integers(0, 12))
    def publish_alone(self, slug: str, key: uuid.UUID, crash: int | None) -> None:
        self.publish(slug, key, crash)

    def publish(self, slug: str, key: uuid.UUID, crash: int | None) -> None:
        self.titles += 1
        title = f"{slug} {self.titles}"
        if self.survives(crash, lambda: self.instances[slug].publish(key, title)):
            self.said[slug].append((f"{self.instances[slug].origin}/id/{key}", title))

    @rule(slug=slugs, key=st.sampled_from(KEYS), fates=fates)
    def publish_and_push(self, slug: str, key: uuid.UUID, fates: list[str]) -> None:
        self.publish(slug, key, None)
        for other in SLUGS:
            if other != slug:
                self.exchange(delivery.push, (slug, other), fates, None)

    @rule(slug=slugs, key=st.sampled_from(KEYS), crash=st.none() | st.integers(0, 12))
    def withdraw(self, slug: str, key: uuid.UUID, crash: int | None) -> None:
        object_id = f"{self.instances[slug].origin}/id/{key}"
        if self.final(slug).get(object_id) is None:
            return
        if self.survives(crash, lambda: self.instances[slug].withdraw(key)):
            self.said[slug].append((object_id, None))

    @rule(pair=pairs, fates=fates, crash=st.none() | st.integers(0, 60))
    def one_pushes(self, pair: tuple[str, str], fates: list[str], crash: int | None) -> None:
        self.exchange(delivery.push, pair, fates, crash)

    @rule(pair=pairs, fates=fates, crash=st.none() | st.integers(0, 60))
    def one_pulls(self, pair: tuple[str, str], fates: list[str], crash: int | None) -> None:
        self.exchange(pull.pull, pair, fates, crash)

    @rule(pair=pairs, act=st.sampled_from((delivery.push, pull.pull)))
    def a_document_is_swapped(self, pair: tuple[str, str], act: Any) -> None:
        """The sender sends other words than those it has logged."""
        with pytest.MonkeyPatch.context() as patch:
            for module in (delivery, outgoing):
                patch.setattr(module, "entries_after", swapping(module.entries_after))
            self.exchange(act, pair, [], None)

    @precondition(lambda self: self.wires.delayed)
    @rule(data=st.data(), crash=st.none() | st.integers(0, 40))
    def a_delayed_message_arrives(self, data: st.DataObject, crash: int | None) -> None:
        at = data.draw(st.integers(0, len(self.wires.delayed) - 1))
        letter = self.wires.delayed.pop(at)
        self.survives(crash, lambda: self.wires.deliver(letter))

    @rule(pair=pairs)
    def part(self, pair: tuple[str, str]) -> None:
        self.wires.parted.add(frozenset(pair))

    @precondition(lambda self: self.wires.parted)
    @rule()
    def join(self) -> None:
        self.wires.parted.clear()

    @rule(slug=slugs)
    def back_up(self, slug: str) -> None:
        self.instances[slug].back_up()

    @rule(slug=slugs)
    def restore(self, slug: str) -> None:
        """Its machine is lost with all that it was about to send; the others can be reached again."""
        instance = self.instances[slug]
        self.wires.parted.clear()
        self.wires.delayed = [letter for letter in self.wires.delayed if letter.source != slug]
        instance.restore()
        self.recover(instance)
        with instance.acting():
            kept = own_head().seq
        others = [self.held_of(other, instance) for other in self.instances.values() if other is not instance]
        assert kept >= max(others), "a peer holds more than was recovered"
        del self.said[slug][kept:]

    @invariant()
    def nothing_is_doubled_or_skipped(self) -> None:
        for instance in self.instances.values():
            with instance.acting():
                for head in LogHead.objects.all():
                    seqs = (
                        Change.objects.filter(origin=head.origin)
                        .order_by("seq")
                        .values_list("seq", flat=True)
                    )
                    assert list(seqs) == list(range(1, head.seq + 1))
                assert own_head().seq == len(self.said[instance.slug])

    def exchange(self, act: Any, pair: tuple[str, str], fates: list[str], crash: int | None) -> None:
        source, target = (self.instances[slug] for slug in pair)
        coming = iter(fates)
        self.wires.fate = lambda: next(coming, "deliver")

        def go() -> None:
            with source.acting():
                act(Peer.objects.get(slug=target.slug))

        self.survives(crash, go)
        self.wires.fate = lambda: "deliver"

    def survives(self, crash: int | None, act: Any) -> bool:
        """Do it, perhaps crashing at one of its statements; whether it came to its end."""
        if crash is None:
            act()
            return True
        try:
            with crashing(crash):
                act()
        except (Crash, Unreachable):
            return False
        return True

    def recover(self, instance: Instance) -> None:
        """What an instance does before its first append after a start, but for the pages: it has none."""
        with instance.acting(), unchecked():
            answers = ask_all(checking.approved_peers())
            for peer, theirs in checking.claims_beyond(own_head(), answers).items():
                while (seq := own_head().seq) < theirs.seq:
                    take_back(held.fetch_page(peer, seq)[1])

    def held_of(self, holder: Instance, origin: Instance) -> int:
        with holder.acting():
            return held_head(Peer.objects.get(slug=origin.slug)).seq

    def come_to_rest(self) -> None:
        self.wires.parted.clear()
        self.wires.delayed.clear()
        for _ in range(2):
            for pair in [(a, b) for a in SLUGS for b in SLUGS if a != b]:
                self.exchange(pull.pull, pair, [], None)
                self.exchange(delivery.push, pair, [], None)

    def final(self, slug: str) -> dict[str, str | None]:
        return dict(self.said[slug])

    def check_all_equal(self) -> None:
        live = {object_id: title for slug in SLUGS for object_id, title in self.final(slug).items() if title}
        catalogues, heads = [], []
        for instance in self.instances.values():
            with instance.acting():
                shown = CatalogueEntry.objects.filter(state=State.LIVE, hidden=False)
                assert dict(shown.values_list("object_id", "title")) == live
                catalogues.append(set(shown.values_list("origin", "object_id", "revision", "digest")))
                heads.append(
                    set(LogHead.objects.filter(seq__gt=0).values_list("origin", "epoch", "seq", "head_hash"))
                )
                assert all(digest_of(entry.body.encode(), entry.salt) == entry.digest for entry in shown)
                assert not Quarantined.objects.exists()
                errors = dict(Peer.objects.exclude(last_error="").values_list("slug", "last_error"))
                assert errors == {}
        assert catalogues[0] == catalogues[1] == catalogues[2]
        assert heads[0] == heads[1] == heads[2]


def swapping(entries_after: Any) -> Any:
    """The function, with other words in the documents it gives."""

    def swapped(*args: Any) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = entries_after(*args)
        return [
            {**entry, "body": entry["body"].replace("Ziel", "Lüge")} if "body" in entry else entry
            for entry in entries
        ]

    return swapped
