from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0009_terms_of_passages"),
    ]

    operations = [
        migrations.AddField(
            model_name="passageembedder", name="setting", field=models.TextField(default="hash")
        ),
        migrations.AddField(
            model_name="passageembedder",
            name="model",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="passageembedder", name="failures", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="passageembedder", name="retry", field=models.DateTimeField(null=True)
        ),
        migrations.AddConstraint(
            model_name="passagevector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "dimension",
                        models.Func("embedding", function="vector_dims", output_field=models.IntegerField()),
                    )
                ),
                name="vector_as_long_as_it_says",
            ),
        ),
    ]
