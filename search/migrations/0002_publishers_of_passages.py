"""Passages name their publishers and the kind of their document; all are cut and indexed again."""

from django.db import migrations, models


def read_again(apps, schema_editor):
    """Let both consumers read the catalogue from the start."""
    apps.get_model("catalogue", "Cursor").objects.filter(consumer__in=["search", "passages"]).delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0001_search_tables"), ("catalogue", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="passage",
            name="kind",
            field=models.CharField(default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="passage",
            name="publishers",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(read_again, migrations.RunPython.noop),
    ]
