"""A press of a button of the stage counts once, however often the phone sends it."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0019_live_by_trigger")]

    operations = [
        migrations.CreateModel(
            name="StagePress",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_presses",
                        to="events.plan",
                    ),
                ),
            ],
        ),
    ]
