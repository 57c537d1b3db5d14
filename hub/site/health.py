"""Health for load balancers and people: alive, and ready to serve."""

from __future__ import annotations

import time
from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from federation.queries import peer_health
from hub.catalogue import consumers
from hub.catalogue.models import Cursor, Mark, Setback

HEARTBEAT = "worker.heartbeat"
HEARTBEAT_SECONDS = 15
LAG_LIMIT = 1_000


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """503 without database or migrations; otherwise 200, with what is degraded named."""
    try:
        pending = _pending_migrations()
    except Error as error:
        return JsonResponse({"status": "unavailable", "database": str(error).strip()}, status=503)
    if pending:
        return JsonResponse({"status": "unavailable", "migrations": pending}, status=503)
    parts = {"worker": _worker(), "search": _search(), "peers": _peers()}
    degraded = any(part["status"] != "ok" for part in parts.values())
    return JsonResponse({"status": "degraded" if degraded else "ok", "database": "ok", **parts})


def _pending_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _worker() -> dict[str, Any]:
    beat = Cursor.objects.filter(consumer=HEARTBEAT).values_list("position", flat=True).first()
    age = int(time.time()) - beat if beat else None
    alive = age is not None and age <= HEARTBEAT_SECONDS
    stuck = list(Mark.objects.exclude(error="").values_list("error", flat=True)[:5])
    status = "ok" if alive and not stuck else "degraded"
    return {"status": status, "seconds_since_heartbeat": age, "unsettled": stuck}


def _search() -> dict[str, Any]:
    behind = consumers.lag()
    setbacks = Setback.objects.count()
    status = "ok" if max(behind.values(), default=0) < LAG_LIMIT and not setbacks else "degraded"
    return {"status": status, "lag": behind, "passed_over": setbacks}


def _peers() -> dict[str, Any]:
    peers = peer_health()
    sound = all(not peer["last_error"] and not peer["quarantined"] for peer in peers)
    status = "ok" if sound else "degraded"
    return {"status": status, "peers": peers}
