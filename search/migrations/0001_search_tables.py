"""Tables of site search and answers, and the extensions they need."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import pgvector.django.indexes
import pgvector.django.vector
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from pgvector.django import VectorExtension


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        VectorExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("object_id", models.URLField(max_length=300)),
                ("revision", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("anchor", models.TextField()),
                ("title", models.TextField()),
                ("heading", models.TextField()),
                ("text", models.TextField()),
                ("audience", models.CharField(max_length=10)),
                ("terms", django.contrib.postgres.search.SearchVectorField()),
                ("embedding", pgvector.django.vector.VectorField(dimensions=512)),
                ("embedder", models.CharField(max_length=60)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="passage_terms"),
                    pgvector.django.indexes.HnswIndex(
                        fields=["embedding"], name="passage_nearest", opclasses=["vector_cosine_ops"]
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("object_id", "language", "number"), name="passage_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("object_id", models.URLField(max_length=300, unique=True)),
                ("audience", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=40)),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                (
                    "publishers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("maturity", models.CharField(blank=True, max_length=20)),
                ("year", models.SmallIntegerField(null=True)),
                ("sort_title", models.CharField(max_length=300)),
                ("changed", models.DateTimeField()),
                ("terms", django.contrib.postgres.search.SearchVectorField()),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="record_terms"),
                    models.Index(fields=["-changed"], name="record_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="VocabularyWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("audience", models.CharField(max_length=10)),
                ("folded", models.CharField(max_length=100)),
                ("word", models.CharField(max_length=100)),
                ("term", models.CharField(max_length=100)),
                ("documents", models.IntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("folded"), name="gin_trgm_ops"),
                        name="vocabulary_trigrams",
                    ),
                    models.Index(fields=["term"], name="vocabulary_term"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("audience", "folded"), name="vocabulary_word_once"),
                    models.CheckConstraint(
                        condition=models.Q(("documents__gte", 0)), name="vocabulary_counts_up"
                    ),
                ],
            },
        ),
    ]
