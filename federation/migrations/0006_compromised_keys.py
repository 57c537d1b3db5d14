from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0005_notice_delays"),
    ]

    operations = [
        migrations.AddField(
            model_name="instancekey",
            name="compromised_epoch",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="instancekey",
            name="compromised_seq",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="instancekey",
            name="compromised_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
