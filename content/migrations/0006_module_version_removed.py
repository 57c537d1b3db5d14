"""A module's version and its day are those of its newest release."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("content", "0005_first_releases")]

    operations = [
        migrations.RemoveField(model_name="modulepage", name="version"),
        migrations.RemoveField(model_name="modulepage", name="released"),
    ]
