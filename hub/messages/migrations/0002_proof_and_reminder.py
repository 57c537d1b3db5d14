"""What makes a received message attributable, and when its recipient was reminded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hub_messages", "0001_messages")]

    operations = [
        migrations.AddField("message", "proof", models.JSONField(blank=True, null=True)),
        migrations.AddField("message", "reminded", models.DateTimeField(blank=True, null=True)),
    ]
