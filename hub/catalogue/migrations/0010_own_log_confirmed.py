"""When the worker last knew that nobody holds more of the own log."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_acts_are_only_added")]
    operations = [
        migrations.AddField(
            model_name="loghead",
            name="confirmed",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
