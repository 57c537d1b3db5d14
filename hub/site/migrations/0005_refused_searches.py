import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("site", "0004_saved_searches"),
    ]

    operations = [
        migrations.AddField(
            model_name="savedsearch",
            name="refused",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(), blank=True, default=list, size=None
            ),
        ),
    ]
