"""Storing many rows in one statement: PostgreSQL reads them from one JSON text.

Django writes a placeholder for every value, which for entries of forty columns takes longer than all
else that is done with a received document.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


def insert_rows(rows: Sequence[models.Model], *, known_by: str = "", kept: Collection[str] = ()) -> None:
    """Insert instances of one model, without signals; their primary keys are not set on them.

    With ``known_by``, the name of a unique column, a row that is there is updated instead, but for the
    columns of ``kept``. Raises a database error if any row cannot be stored; then none is.
    """
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = [str(field.column) for field in fields]
    table, names = _quoted(rows[0]._meta.db_table), ", ".join(map(_quoted, columns))
    source = f"json_populate_recordset(NULL::{table}, %s)"
    sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM {source}"  # noqa: S608 - quoted names only
    if known_by:
        said = [_quoted(name) for name in columns if name not in {known_by, *kept}]
        updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in said)
        sql += f" ON CONFLICT ({_quoted(known_by)}) DO UPDATE SET {updates}"
    values = [{str(field.column): _value_of(field, row) for field in fields} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(values, cls=_ExactEncoder, ensure_ascii=False)])


class _ExactEncoder(DjangoJSONEncoder):
    """Django cuts moments off at the millisecond; what is chained has microseconds."""

    def default(self, o: Any) -> Any:
        """A moment in full."""
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)


def _value_of(field: Any, row: models.Model) -> Any:
    """As the column holds it: the moment of storing where the field asks for it."""
    return field.pre_save(row, add=True)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
