"""Whoever comes to a series is checked in on each date; those who came before did so on its first one.

Somebody in the line of the stage can be put ahead.
"""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("events", "0023_words_taken_out")]

    operations = [
        migrations.AddField(
            model_name="checkin",
            name="date",
            field=models.CharField(
                blank=True,
                default="",
                help_text="day of a date of a series by its rule, YYYYMMDD; empty for an event of one date",
                max_length=16,
            ),
        ),
        migrations.RemoveConstraint(model_name="checkin", name="checked_in_once"),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.UniqueConstraint(
                condition=Q(("repeats", False), ("undone__isnull", True)),
                fields=("registration", "date"),
                name="checked_in_once",
            ),
        ),
        migrations.AddField(
            model_name="pitch",
            name="ahead",
            field=models.PositiveIntegerField(
                default=0, help_text="put to the front of the line, the last one first"
            ),
        ),
        migrations.AlterModelOptions(
            name="pitch",
            options={
                "ordering": ("-ahead", "round", "turn"),
                "verbose_name": "pitch",
                "verbose_name_plural": "pitches",
            },
        ),
        migrations.AlterField(
            model_name="helper",
            name="task",
            field=models.CharField(
                choices=[("door", "check-in"), ("wall", "stage and wall")], max_length=4, verbose_name="task"
            ),
        ),
    ]
