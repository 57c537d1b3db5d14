"""Each line of a note knows who wrote it: nobody's words are published unasked."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0020_stage_presses")]

    operations = [
        migrations.AddField(
            model_name="noterevision",
            name="writers",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="for each line, the ids of the authors whose words stand in it",
            ),
        ),
    ]
