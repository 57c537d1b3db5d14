"""Sending a file piece by piece as tus clients do."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Any

from django.test import Client

from hub.env import env

DATA = os.urandom(600_000)
HEX = hashlib.sha256(DATA).hexdigest()
PLACE = f"sha256/{HEX[:2]}/{HEX[2:]}"
START = "/admin/hochladen/"
TUS = {"Tus-Resumable": "1.0.0"}
MOST = env.upload_max_mb * 1024 * 1024


def metadata(**values: str) -> str:
    """``Upload-Metadata`` of these values."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def create(client: Client, size: int = len(DATA), name: str = "paket.bin", **values: str) -> Any:
    """Announce an upload; the answer."""
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata(filename=name, **values)}
    return client.post(START, headers=headers, content_type="application/octet-stream")


def begin(client: Client, **values: Any) -> str:
    """Begin an upload; its address."""
    response = create(client, **values)
    assert response.status_code == 201, response.content.decode()
    return str(response["Location"])


def send(client: Client, address: str, data: bytes, at: int, **more: str) -> Any:
    """Send a piece; ``more`` are headers."""
    headers = {**TUS, "Upload-Offset": str(at), **more}
    return client.patch(address, data, content_type="application/offset+octet-stream", headers=headers)


def standing(client: Client, address: str) -> str:
    """The offset at which an upload stands."""
    response = client.head(address, headers=TUS)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return str(response["Upload-Offset"])
