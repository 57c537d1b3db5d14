import uuid

import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0006_vectors_of_passages"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerLog",
            fields=[
                (
                    "key",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("role", models.CharField(max_length=10)),
                ("channel", models.CharField(max_length=10)),
                ("verdict", models.CharField(max_length=10)),
                ("position", models.BigIntegerField()),
                ("embedder", models.CharField(blank=True, max_length=120)),
                ("model", models.CharField(blank=True, max_length=200)),
                ("outcome", models.CharField(blank=True, max_length=10)),
                (
                    "passages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("milliseconds", models.PositiveIntegerField()),
                ("prompt_tokens", models.PositiveIntegerField(null=True)),
                ("completion_tokens", models.PositiveIntegerField(null=True)),
                ("helpful", models.BooleanField(null=True)),
                ("text", models.TextField(blank=True)),
            ],
        ),
    ]
