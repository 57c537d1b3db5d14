"""What stays of participants whose time is over: a number for each state."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0005_bookings_by_trigger")]

    operations = [
        migrations.AddField(
            model_name="eventdesk",
            name="forgotten",
            field=models.DateTimeField(
                blank=True, help_text="when personal data were deleted, their time being over", null=True
            ),
        ),
        migrations.AddField(
            model_name="eventdesk",
            name="tally",
            field=models.JSONField(
                blank=True, default=dict, help_text="what stays of them: how many registrations by state"
            ),
        ),
    ]
