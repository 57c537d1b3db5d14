from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("federation", "0006_compromised_keys")]

    operations = [
        migrations.AddField(
            model_name="follower", name="gone_since", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
