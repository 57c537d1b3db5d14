from __future__ import annotations

import time

import pytest
from django.db import OperationalError

from hub.accounts.models import User
from hub.catalogue.models import Cursor, Mark, Setback
from hub.site import health

KEY = "7b0c3f0e-5a4e-4a53-9f43-0b8f4d8f0c11"


def test_alive_needs_nothing(client):
    assert client.get("/health/live").json() == {"status": "ok"}


@pytest.fixture
def beating():
    Cursor.objects.create(consumer=health.HEARTBEAT, position=int(time.time()))


@pytest.mark.django_db
def test_ready_with_a_worker_is_ok(client, beating):
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


@pytest.mark.django_db
def test_a_missing_worker_degrades_and_serves(client):
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["worker"]["status"] == "degraded"


@pytest.mark.django_db
def test_what_cannot_be_settled_or_indexed_is_named(client, beating):
    Mark.objects.create(
        key="7b0c3f0e-5a4e-4a53-9f43-0b8f4d8f0c11", failures=1, error="ValueError: no such block"
    )
    Setback.objects.create(consumer="search", object_id="https://a.example/id/1", error="too long")
    told = client.get("/health/ready").json()
    assert (told["worker"]["unsettled"], told["search"]["passed_over"], told["status"]) == (1, 1, "degraded")


@pytest.mark.django_db
def test_reasons_are_for_staff_alone(client, beating):
    Mark.objects.create(
        key="7b0c3f0e-5a4e-4a53-9f43-0b8f4d8f0c11", failures=1, error="ValueError: ganz intern"
    )
    assert b"ganz intern" not in client.get("/health/ready").content
    client.force_login(User.objects.create_user("leser@example.org"))
    assert b"ganz intern" not in client.get("/health/ready").content
    client.force_login(User.objects.create_superuser("betrieb@example.org"))
    assert b"ganz intern" in client.get("/health/ready").content


def test_without_a_database_it_is_not_ready(client, monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "_pending_migrations", refuse)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unavailable"}


@pytest.mark.django_db
def test_missing_migrations_are_named(client, monkeypatch):
    monkeypatch.setattr(health, "_pending_migrations", lambda: ["content.0002_more"])
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["migrations"]) == (503, 1)
