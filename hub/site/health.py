"""Health for load balancers and people: alive, and ready to serve."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import structlog
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from federation.queries import peer_health
from federation.restoring.alarms import recovered_without_page, why_publishing_waits
from hub.catalogue import consumers
from hub.catalogue.models import Cursor, Mark, Setback
from hub.files.scanning import scanner_state

logger = structlog.get_logger("hub.health")

HEARTBEAT = "worker.heartbeat"
HEARTBEAT_SECONDS = 15
LAG_LIMIT = 1_000


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """503 without database or migrations; otherwise 200, with what is degraded named.

    Anybody may ask, so anybody is told states and numbers alone; staff also reads the reasons, which
    may quote what is not public.
    """
    try:
        pending = _pending_migrations()
        reasons = _is_staff(request)
    except Error as error:
        logger.exception("the database does not answer", error=str(error))
        return JsonResponse({"status": "unavailable", "database": "unavailable"}, status=503)
    if pending:
        return JsonResponse({"status": "unavailable", "migrations": len(pending)}, status=503)
    parts = {
        "worker": _worker(reasons),
        "search": _search(reasons),
        "peers": _peers(reasons),
        "log": _log(reasons),
        "files": _files(),
    }
    degraded = any(part["status"] != "ok" for part in parts.values())
    return JsonResponse({"status": "degraded" if degraded else "ok", "database": "ok", **parts})


def _is_staff(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")


@cache
def _known_migrations() -> list[tuple[str, str]]:
    """The migrations of this version, read from disk once."""
    return list(MigrationLoader(None).graph.leaf_nodes())


def _pending_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in _known_migrations() if (app, name) not in applied]


def _worker(reasons: bool) -> dict[str, Any]:
    beat = Cursor.objects.filter(consumer=HEARTBEAT).values_list("position", flat=True).first()
    age = int(time.time()) - beat if beat else None
    alive = age is not None and age <= HEARTBEAT_SECONDS
    stuck = Mark.objects.exclude(error="").values("key").distinct().count()
    told: dict[str, Any] = {
        "status": "ok" if alive and not stuck else "degraded",
        "seconds_since_heartbeat": age,
        "unsettled": stuck,
    }
    if reasons:
        told["errors"] = list(Mark.objects.exclude(error="").values_list("key", "error")[:20])
    return told


def _search(reasons: bool) -> dict[str, Any]:
    behind = consumers.lag()
    setbacks = Setback.objects.filter(consumer__in=behind).count()
    sound = max(behind.values(), default=0) < LAG_LIMIT and not setbacks
    told: dict[str, Any] = {"status": "ok" if sound else "degraded", "lag": behind, "passed_over": setbacks}
    if reasons:
        passed_over = Setback.objects.filter(consumer__in=behind)
        told["errors"] = list(passed_over.values_list("consumer", "object_id", "error")[:20])
    return told


def _files() -> dict[str, Any]:
    """The virus scanner; without its verdict no file is taken in."""
    scanner = scanner_state()
    return {"status": "ok" if scanner != "unreachable" else "degraded", "scanner": scanner}


def _log(reasons: bool) -> dict[str, Any]:
    """The own log: degraded while nothing is published, and while recovered items wait for a hand."""
    waits, recovered = why_publishing_waits(), recovered_without_page().count()
    told: dict[str, Any] = {"status": "degraded" if waits or recovered else "ok", "recovered": recovered}
    return told | {"errors": [waits] if waits else []} if reasons else told


def _peers(reasons: bool) -> dict[str, Any]:
    rows = []
    for peer in peer_health():
        status = "degraded" if peer["needs"] else "ok"
        row = {"slug": peer["slug"], "status": status, "lag": peer["lag"]}
        rows.append({**peer, **row} if reasons else row)
    return {"status": "ok" if all(row["status"] == "ok" for row in rows) else "degraded", "peers": rows}
