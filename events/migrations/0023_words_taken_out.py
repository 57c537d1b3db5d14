"""What was taken out of a note stays out of its page; no address stands where a name belongs."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def remove_addresses(apps: Any, schema_editor: Any) -> None:
    """Accounts without a name were named by their address."""
    apps.get_model("events", "NoteAuthor").objects.filter(name__contains="@").update(name="")


class Migration(migrations.Migration):
    dependencies = [("events", "0022_after_a_date")]

    operations = [
        migrations.AddField(
            model_name="note", name="taken_out", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(model_name="note", name="gone", field=models.JSONField(blank=True, default=dict)),
        migrations.AddField(
            model_name="note", name="withdrawn", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="outcome", name="drafted", field=models.PositiveIntegerField(default=0)
        ),
        migrations.RunPython(remove_addresses, migrations.RunPython.noop, elidable=True),
    ]
