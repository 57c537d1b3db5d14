"""A hall or a town hall has one address to the outside: many people behind it are no flood."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.core.internal.ratelimit import parse_rates
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from events.registering import limiting

HALL = 500
AT_ONCE = 24
"""As many as a server has threads: the others wait before them."""


def send(address: str = "192.0.2.7"):
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.user = AnonymousUser()
    return request


def may_send(_number: int) -> bool:
    try:
        return limiting.may_send(send())
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_hall_that_registers_in_the_same_moment_is_let_in():
    cache.clear()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(may_send, range(HALL)))
    assert answers == [True] * HALL


def test_each_in_the_hall_may_send_several_forms_an_hour():
    (rate,) = parse_rates(limiting.LIMITS[limiting.SENDER])
    assert rate.amount >= 6 * HALL
    assert rate.duration == 3600


def test_a_mailbox_is_written_to_five_times_a_day_from_wherever(db):
    cache.clear()
    addresses = ("192.0.2.7", "198.51.100.1")
    answers = [limiting.may_write_to(send(addresses[n % 2]), "Kim@stadt.demo.invalid ") for n in range(5)]
    assert answers == [True] * 5
    assert not limiting.may_write_to(send(), "kim@stadt.demo.invalid")
    assert limiting.may_write_to(send(), "alex@stadt.demo.invalid")
