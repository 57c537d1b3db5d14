"""Documents by the co-publishers they name, from an index of its own."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_indexes_of_orders")]
    operations = [
        migrations.AddIndex(
            model_name="catalogueentry",
            index=GinIndex(fields=["co_publishers"], name="entry_co_publishers"),
        ),
    ]
