"""The table of the shared cache, as ``manage.py createcachetable`` makes it."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import migrations


def create_table(apps: Any, schema_editor: Any) -> None:
    """Make the table named in ``CACHES``."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_bodies_and_people")]

    operations = [migrations.RunPython(create_table, migrations.RunPython.noop)]
