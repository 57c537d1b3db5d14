from __future__ import annotations

import pytest
from wagtail.images import get_image_model

from hub.accounts.models import User
from tests.factories.pages import image_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    return get_image_model().objects.create(title="Plan", file=image_file("red")).file.url


def test_originals_are_for_staff_alone(address, client):
    assert client.get(address).status_code == 404
    client.force_login(User.objects.create_user("leser@example.org"))
    assert client.get(address).status_code == 404
    client.force_login(User.objects.create_superuser("betrieb@example.org"))
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["../settings/base.py", "nicht-da.png", "original_images"])
def test_nothing_else_is_served(name, address, client):
    client.force_login(User.objects.create_superuser("betrieb@example.org"))
    assert client.get(f"/media/{name}").status_code == 404
