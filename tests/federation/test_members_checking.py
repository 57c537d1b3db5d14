"""Asking a home hub about several members: what stops the others, and what does not."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from django.utils import timezone

from federation.members.checking import check_members
from federation.peers import approve
from hub.accounts.models import HomeAccount, User
from hub.fetching import MAX_BYTES
from tests.wire.foreign import KOBLENZ, ForeignHub
from tests.wire.server import Request, Response, Server, open_door, serve

pytestmark = pytest.mark.django_db

BAD = [
    Response(status=500),
    Response(status=503),
    Response(status=429),
    Response(b"[]"),
    Response(b"<html>", headers={"Content-Type": "text/html"}),
    Response(b"x" * (MAX_BYTES + 1)),
    Response(status=302, headers={"Location": "/wartung/"}),
]


@pytest.fixture
def koblenz(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(lambda request: Response(status=404)) as server:
        open_door(monkeypatch, server)
        approve(ForeignHub(server.origin).identity())
        yield server


def add_members(server: Server, number: int) -> None:
    """Members known by the tokens ``t-0``, ``t-1`` and so on, in the order in which they are asked about."""
    now = timezone.now()
    for count in range(number):
        user = User(email=None)
        user.set_unusable_password()
        user.save()
        HomeAccount.objects.create(
            user=user, issuer=server.origin, subject=f"s-{count}", body=KOBLENZ, role="author", asserted=now,
            checked=now - dt.timedelta(hours=1), expires=now + dt.timedelta(hours=6),
            access_token=f"t-{count}",
        )  # fmt: skip


def subjects_checked() -> set[str]:
    lately = timezone.now() - dt.timedelta(minutes=1)
    return set(HomeAccount.objects.filter(checked__gt=lately).values_list("subject", flat=True))


def vouch(request: Request) -> Response:
    subject = request.headers["Authorization"].replace("Bearer t-", "s-")
    return Response(json.dumps({"sub": subject, "body": KOBLENZ, "role": "editor"}).encode())


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.status}-{bad.body[:6]!r}")
def test_no_answer_about_one_member_stops_no_other(koblenz, bad):
    add_members(koblenz, 3)
    koblenz.answer = lambda request: bad if "t-1" in request.headers["Authorization"] else vouch(request)
    check_members()
    assert subjects_checked() == {"s-0", "s-2"}
    assert HomeAccount.objects.filter(expires__gt=timezone.now()).count() == 3


def test_who_is_gone_behind_a_broken_answer_is_signed_out(koblenz):
    add_members(koblenz, 2)
    koblenz.answer = lambda request: Response(
        status=500 if "t-0" in request.headers["Authorization"] else 401
    )
    check_members()
    assert list(HomeAccount.objects.filter(expires__gt=timezone.now()).values_list("subject")) == [("s-0",)]


def test_a_network_that_fails_breaks_off_and_the_rest_keep_their_time(koblenz):
    add_members(koblenz, 3)
    before = list(HomeAccount.objects.order_by("pk").values_list("expires", "access_token"))
    koblenz.answer = lambda request: Response(iter([b'{"sub":']), headers={"Content-Length": "100"})
    check_members()
    assert len(koblenz.requests) == 1
    assert list(HomeAccount.objects.order_by("pk").values_list("expires", "access_token")) == before
