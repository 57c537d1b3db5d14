"""Triggers on the tables of shareable page types, attached after each migration.

Facts and audience lie in these tables, and an update of them alone does not touch Wagtail's page
row. Narrowing the audience hides the entry there and then, so that a builder which fails afterwards
leaves it hidden and not open.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from wagtail.models import get_page_models

from hub.catalogue.pages import ShareablePage

ATTACH = """
CREATE OR REPLACE TRIGGER catalogue_mark_own_row AFTER UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION catalogue_mark_own_row()
"""


def attach_triggers(using: str = "default", **kwargs: Any) -> None:
    """Attach the trigger to every shareable page type whose table is there; safe to repeat."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    tables = {model._meta.db_table for model in get_page_models() if issubclass(model, ShareablePage)}
    if "catalogue_mark" not in existing:
        return
    with connection.cursor() as cursor:
        for table in sorted(tables & existing):
            cursor.execute(ATTACH.format(table=connection.ops.quote_name(table)))
