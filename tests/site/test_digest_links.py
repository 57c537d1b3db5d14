"""Links of the digest's mails open what they are for, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from hub.env import env
from hub.site.digest import links
from hub.site.digest.models import Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Subscription:
    now = timezone.now()
    return Subscription.objects.create(
        email="digital@wittlich.example", asked=now, confirmed=now, sent_until=now
    )


def token_of(url: str) -> str:
    assert url.startswith(f"{env.origin}/rundbrief/")
    return url.strip("/").rpartition("/")[2]


def test_the_link_in_the_head_of_a_mail_ends_the_digest_and_shows_no_settings(held: Subscription) -> None:
    token = token_of(links.unsubscribe_url(held))
    for method in ("get", "post"):
        answer = getattr(Client(), method)(f"/rundbrief/einstellungen/{token}/")
        assert answer.status_code == 404
    client = Client(headers={"accept-language": "de"})
    page = client.get(f"/rundbrief/abmelden/{token}/").content.decode()
    assert "/rundbrief/einstellungen/" not in page
    assert "Am Ende jedes Rundbriefs steht ein Link dafür." in page


def test_the_link_to_the_settings_ends_nothing_by_itself(held: Subscription) -> None:
    token = token_of(links.manage_url(held))
    assert Client().post(f"/rundbrief/abmelden/{token}/").status_code == 404
    assert Subscription.objects.exists()


def test_the_settings_lead_to_the_end_of_the_digest(held: Subscription) -> None:
    client = Client(headers={"accept-language": "de"})
    page = client.get(f"/rundbrief/einstellungen/{token_of(links.manage_url(held))}/")
    end = f"/rundbrief/abmelden/{token_of(links.unsubscribe_url(held))}/"
    assert end in page.content.decode()
    client.post(end)
    assert not Subscription.objects.exists()
