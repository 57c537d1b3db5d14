"""Each date of a series ends in feedback that is asked for once, and a recording that is told of once."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0021_writers_of_lines")]

    operations = [
        migrations.AddField(
            model_name="eventdesk",
            name="asks_feedback",
            field=models.BooleanField(
                default=False,
                help_text="Everybody who had a seat gets one mail. Nobody can tell whose answer it is.",
                verbose_name="ask for feedback after each date",
            ),
        ),
        migrations.AddField(
            model_name="recorded",
            name="told",
            field=models.DateTimeField(
                blank=True, help_text="when those who wanted to hear of it were written to", null=True
            ),
        ),
    ]
