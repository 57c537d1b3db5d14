"""The data of a dataset cannot end before they start."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0003_statements_once")]

    operations = [
        migrations.AddConstraint(
            model_name="datasetpage",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__isnull", True))
                | models.Q(("starts__isnull", True))
                | models.Q(("ends__gte", models.F("starts"))),
                name="dataset_ends_not_before_start",
                violation_error_message="The data cannot end before they start.",
            ),
        ),
    ]
