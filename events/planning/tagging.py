"""Telling whether a plan is still as an editor has it, without reading it."""

from __future__ import annotations

import hashlib

from django.db import connection
from django.utils.translation import get_language

from events.models import EventDesk, Plan

ROWS = """
SELECT sum(hashtextextended(concat_ws(' ', kind, place, writer), 0)) FROM (
    SELECT tableoid AS kind, ctid AS place, xmin AS writer FROM events_plan WHERE id = %(plan)s
    UNION ALL SELECT tableoid, ctid, xmin FROM events_room WHERE plan_id = %(plan)s
    UNION ALL SELECT tableoid, ctid, xmin FROM events_band WHERE plan_id = %(plan)s
    UNION ALL SELECT tableoid, ctid, xmin FROM events_host WHERE plan_id = %(plan)s
    UNION ALL SELECT tableoid, ctid, xmin FROM events_session WHERE plan_id = %(plan)s
    UNION ALL SELECT tableoid, ctid, xmin FROM events_release WHERE plan_id = %(plan)s
    UNION ALL SELECT a.tableoid, a.ctid, a.xmin FROM events_availability a
        LEFT JOIN events_room r ON r.id = a.room_id LEFT JOIN events_host h ON h.id = a.host_id
        WHERE %(plan)s IN (r.plan_id, h.plan_id)
    UNION ALL SELECT t.tableoid, t.ctid, t.xmin FROM events_sessionhost t
        JOIN events_session s ON s.id = t.session_id
        WHERE s.plan_id = %(plan)s
    UNION ALL SELECT t.tableoid, t.ctid, t.xmin FROM events_placement t
        JOIN events_session s ON s.id = t.session_id
        WHERE s.plan_id = %(plan)s
    UNION ALL SELECT t.tableoid, t.ctid, t.xmin FROM events_interest t
        JOIN events_session s ON s.id = t.session_id
        WHERE s.plan_id = %(plan)s
    UNION ALL SELECT t.tableoid, t.ctid, t.xmin FROM events_vote t
        JOIN events_session s ON s.id = t.session_id
        WHERE s.plan_id = %(plan)s
) AS written
"""
"""All rows that a plan is read from as one number: a row that is written anew is another number."""


def tag_stand(desk: EventDesk, plan: Plan) -> str:
    """What changes whenever :func:`events.planning.queries.build_stand` gives something else. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"plan": plan.pk})
        rows = cursor.fetchone()
    event = desk.event
    said = (rows, event.title, event.starts, event.ends, event.time_zone, get_language())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
