"""The orders of the list by title and by costs, each from its index."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_fill_columns")]
    operations = [
        migrations.AddIndex(
            model_name="catalogueentry",
            index=models.Index(
                condition=models.Q(("state", "live")), fields=["title", "id"], name="entry_title"
            ),
        ),
        migrations.AddIndex(
            model_name="catalogueentry",
            index=models.Index(
                condition=models.Q(("state", "live")), fields=["first_year_eur", "id"], name="entry_costs"
            ),
        ),
    ]
