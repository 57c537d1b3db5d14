"""A NUL, which PostgreSQL and file systems do not take, is answered and not stumbled over."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from hub.site.cursors import encode_cursor

pytestmark = pytest.mark.django_db
KEY = uuid.UUID(int=7)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/bodies/%00",
        f"/von/x%00y/{KEY}.md",
        f"/dateien/{KEY}/zz/x%00",
        "/media/%00",
        "/static/%00",
        "/a%00b/",
        "/admin/%00",
        "/rundbrief/abmelden/x%00/",
    ],
)
def test_there_is_nothing_at_an_address_with_a_nul(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert "frame-ancestors" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    ["/feeds/wissen.atom?kommune=%00", "/api/v1/records?body=%00", "/suche/?q=a%00b", "/bibliothek/?q=%00"],
)
def test_a_nul_in_a_query_breaks_nothing(address: str) -> None:
    assert Client().get(address).status_code < 500


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1969-01-01T00:00:00+00:00"],
)
def test_a_place_in_a_feed_beyond_the_calendar_is_its_beginning(moment: str) -> None:
    cursor = encode_cursor("feed", moment, "1")
    assert Client().get(f"/feeds/wissen.atom?vor={cursor}").status_code == 200
