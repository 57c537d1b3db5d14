"""The own entries that a trigger has just hidden, found without reading all."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_own_log_confirmed")]
    operations = [
        migrations.AddIndex(
            model_name="catalogueentry",
            index=models.Index(
                fields=["position"], condition=Q(hidden=True, source="", state="live"), name="entry_hidden"
            ),
        ),
    ]
