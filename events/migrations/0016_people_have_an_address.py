"""Nobody takes part without an address: there would be no way to confirm anything."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_unreachable(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Rows without an address are nobody's: nothing of them was ever confirmed or shown."""
    apps.get_model("events", "Person").objects.filter(email="").delete()
    editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table cannot be altered in this transaction


class Migration(migrations.Migration):
    """Cleans up, then lets the database see to it."""

    dependencies = [("events", "0015_named_per_session")]

    operations = [
        migrations.RunPython(forget_unreachable, migrations.RunPython.noop),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(condition=~models.Q(email=""), name="person_has_an_address"),
        ),
    ]
