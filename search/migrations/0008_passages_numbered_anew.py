from django.db import migrations, models


class Migration(migrations.Migration):
    """One statement may number the passages of a document anew, so that those that stay keep their vectors."""

    dependencies = [("search", "0007_answers_logged")]

    operations = [
        migrations.RemoveConstraint(model_name="passage", name="passage_once"),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.UniqueConstraint(
                fields=("object_id", "language", "number"),
                name="passage_once",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ),
    ]
