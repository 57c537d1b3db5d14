"""What a proposal says beyond its wording, and its states before and after."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0011_forgotten_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="away",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="session",
            name="co_hosts",
            field=models.TextField(blank=True, max_length=1000, verbose_name="who runs it with you"),
        ),
        migrations.AddField(
            model_name="session",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="events.session",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="reason",
            field=models.TextField(
                blank=True, help_text="why it was declined, as written to them", max_length=1000
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="remark",
            field=models.TextField(blank=True, max_length=1000, verbose_name="remark to the organisers"),
        ),
        migrations.AddField(
            model_name="session",
            name="shows_name",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="session",
            name="state",
            field=models.CharField(
                choices=[
                    ("unconfirmed", "address not confirmed yet"),
                    ("proposed", "proposed"),
                    ("accepted", "accepted"),
                    ("declined", "declined"),
                    ("withdrawn", "withdrawn"),
                ],
                default="proposed",
                max_length=12,
            ),
        ),
    ]
