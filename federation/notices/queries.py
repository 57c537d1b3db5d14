"""Reading notices: whose they are, how far they are held, and what is still to be done about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from federation.models import Notice, NoticeType, Peer, PeerState
from hub.catalogue.models import CatalogueEntry, State
from hub.env import env
from hub.municipalities.models import Body

TOLD_FOR = dt.timedelta(days=7)
"""For so long those whom this instance has left are told so, if they do not answer."""


@dataclass(frozen=True)
class Question:
    """Something an operator has to decide: ``sentence`` says what. ``missing`` are keys of bodies that
    ``taker`` is not approved for here; it is None where it is no peer, or this instance itself.
    """

    notice: Notice
    sentence: str
    missing: tuple[str, ...] = ()
    taker: Peer | None = None
    to_us: bool = False


def lineage(origin: str) -> list[str]:
    """The origin and those that have moved to it, directly or in several steps; one query."""
    moves = _moves()
    found = [origin]
    for each in found:
        found += [old for old, new in moves.items() if new == each and old not in found]
    return found


def whereabouts(origin: str) -> list[str]:
    """The origin and those it has moved to since, in that order: the last is where it is; one query."""
    moves = _moves()
    found = [origin]
    while (after := moves.get(found[-1])) and after not in found:
        found.append(after)
    return found


def held_number(origin: str) -> int:
    """The last notice held of the instance that is at ``origin`` now; 0 for none. Two queries."""
    held = Notice.objects.filter(origin__in=lineage(origin)).aggregate(last=Max("number"))
    return held["last"] or 0


def own_notices(after: int = 0) -> QuerySet[Notice]:
    """What this instance has announced after that number, in order."""
    return Notice.objects.filter(origin__in=lineage(env.origin), number__gt=after).order_by("number")


def own_number() -> int:
    """The last notice of this instance; 0 for none. Two queries."""
    return held_number(env.origin)


def own_ends() -> tuple[int, int]:
    """Up to which number peers are told of this instance, and those that it has left: the latter until it
    left, and for some days only. 0 for nothing. Two queries.
    """
    leaving = Q(type=NoticeType.LEAVE, created__gt=timezone.now() - TOLD_FOR)
    ends = own_notices().aggregate(last=Max("number"), left=Max("number", filter=leaving))
    return ends["last"] or 0, ends["left"] or 0


def former_origins() -> list[str]:
    """Where items of this instance still live that was never said to have moved; two queries."""
    left = CatalogueEntry.objects.filter(source="", state=State.LIVE, moved_to="")
    found = left.exclude(origin__in=lineage(env.origin)).order_by("origin")
    return list(found.values_list("origin", flat=True).distinct())


def notices_of(peer: Peer) -> QuerySet[Notice]:
    """What a peer has announced, newest first."""
    return Notice.objects.filter(origin__in=lineage(peer.origin)).order_by("-number")


def handed_over(giver: str, taker: str) -> set[str]:
    """Keys of the bodies whose items the instance at ``giver`` has handed over to the one at ``taker``."""
    givers, takers = lineage(giver), lineage(taker)
    named = Notice.objects.filter(type=NoticeType.HANDOVER, origin__in=givers, document__to__in=takers)
    return {key for keys in named.values_list("document__bodies", flat=True) for key in keys}


def offered_to_us() -> list[Notice]:
    """What others hand over to this instance and has not been taken over whole yet."""
    named = Notice.objects.filter(type=NoticeType.HANDOVER, done=None, document__to__in=lineage(env.origin))
    return list(named.exclude(origin__in=lineage(env.origin)))


def open_questions(peer: Peer) -> list[Question]:
    """What the notices of a peer, or of others in favour of it, ask of the operator here."""
    open_ones = Notice.objects.filter(type=NoticeType.HANDOVER, done=None)
    peers = {each.origin: each for each in Peer.objects.all()}
    waiting = pending_moves().filter(origin=peer.origin)
    return [Question(notice, say_pending(notice)) for notice in waiting] + [
        question
        for notice in open_ones
        if (question := _question(notice, peers)) is not None
        and peer.origin in {whereabouts(notice.origin)[-1], whereabouts(notice.document["to"])[-1]}
    ]


def describe(notice: Notice) -> str:
    """What a notice said, in a sentence for operators."""
    said = {
        NoticeType.ROTATION: _("%(name)s announced new keys on %(day)s, signed with the old one."),
        NoticeType.MOVE: _("%(name)s announced on %(day)s that it has moved to %(to)s."),
        NoticeType.HANDOVER: _("%(name)s announced on %(day)s that it hands over %(count)s items to %(to)s."),
        NoticeType.LEAVE: _("%(name)s announced on %(day)s that it leaves."),
    }[NoticeType(notice.type)]
    at = whereabouts(notice.origin)[-1]
    to = notice.document.get("to", "")
    return said % {
        "name": _names([at])[at],
        "day": date_format(localtime(notice.created), "DATE_FORMAT"),
        "to": _names([whereabouts(to)[-1]])[whereabouts(to)[-1]]
        if notice.type == NoticeType.HANDOVER
        else to,
        "count": len(notice.document.get("uuids", ())),
    }


def pending_moves() -> QuerySet[Notice]:
    """Moves announced by peers that are still where they were: their keys do not answer at the new origin."""
    moves = Notice.objects.filter(type=NoticeType.MOVE, done=None)
    return moves.filter(origin__in=Peer.objects.values("origin"))


def say_pending(notice: Notice) -> str:
    """What a move waits for, in a sentence for operators."""
    name = _names([notice.origin])[notice.origin]
    return _(
        "%(name)s has announced that it moves to %(to)s, but its approved keys do not answer there yet. That "
        "is tried again by itself; until then it stays at %(origin)s."
    ) % {"name": name, "to": notice.document["to"], "origin": notice.origin}


def why_not_a_peer(origin: str) -> str:
    """Why nobody can be approved at this origin, or ``""``: it occurs in a move of somebody else.

    A move that was never followed counts no more once who announced it is blocked or has left.
    """
    named = Notice.objects.filter(Q(origin=origin) | Q(document__to=origin), type=NoticeType.MOVE)
    for notice in named.order_by("pk"):
        at = whereabouts(notice.origin)[-1]
        said = {"name": _names([at])[at], "origin": origin}
        sender = Peer.objects.filter(origin=notice.origin).first()  # still there: it was not followed
        if sender is None:
            text = _("%(origin)s is, or was, an address of %(name)s and cannot be another instance's.")
            return text % said
        if sender.state not in {PeerState.BLOCKED, PeerState.LEFT}:
            text = _(
                "%(name)s has announced that it moves to %(origin)s. Ask both operators by phone. If "
                "%(origin)s is another instance, block %(name)s first."
            )
            return text % said
    return ""


def _moves() -> dict[str, str]:
    """Where each origin has moved to. A peer that is still at the old one has not been followed; of several
    that it announced there, the last counts.
    """
    moves = Notice.objects.filter(type=NoticeType.MOVE).exclude(origin__in=Peer.objects.values("origin"))
    return dict(moves.order_by("number").values_list("origin", "document__to"))


def _question(notice: Notice, peers: dict[str, Peer]) -> Question | None:
    giver, to = whereabouts(notice.origin)[-1], whereabouts(notice.document["to"])[-1]
    if giver == env.origin:
        return None
    bodies = notice.document["bodies"]
    names = _names([giver, to])
    said = {"giver": names[giver], "bodies": _name_bodies(bodies), "taker": names[to]}
    if to == env.origin:
        sentence = _("%(giver)s hands over %(bodies)s to this instance: take it over with accept_handover.")
        return Question(notice, sentence % said, to_us=True)
    taker = peers.get(to)
    missing = tuple(sorted(set(bodies) - set(taker.bodies))) if taker else tuple(bodies)
    if not missing:
        return None
    sentence = (
        _("%(giver)s hands over %(bodies)s to %(taker)s: adapt the approval of %(taker)s.")
        if taker
        else _("%(giver)s hands over %(bodies)s to %(taker)s, which is not approved here.")
    )
    return Question(notice, sentence % said, missing, taker)


def _names(origins: Iterable[str]) -> dict[str, str]:
    wanted = list(origins)
    known = dict(Peer.objects.filter(origin__in=wanted).values_list("origin", "name"))
    known[env.origin] = env.name
    return {origin: known.get(origin, origin.partition("://")[2]) for origin in wanted}


def _name_bodies(keys: Iterable[str]) -> str:

    wanted = list(keys)
    known = dict(Body.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return ", ".join(f"{known[key]} ({key})" if key in known else key for key in wanted)
