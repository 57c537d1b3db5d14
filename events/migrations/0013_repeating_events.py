"""An event may repeat; who has a seat is told of changes once; sessions may have their own online access."""

import wagtail.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0012_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="eventpage",
            name="recurrence_exceptions",
            field=wagtail.fields.StreamField(
                [("cancelled", 1), ("moved", 5)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.DateBlock",
                        (),
                        {"help_text": "The date by the rule.", "label": "day"},
                    ),
                    1: ("wagtail.blocks.StructBlock", [[("day", 0)]], {}),
                    2: ("wagtail.blocks.DateTimeBlock", (), {"label": "starts"}),
                    3: ("wagtail.blocks.DateTimeBlock", (), {"label": "ends"}),
                    4: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Empty: as always.",
                            "label": "location",
                            "max_length": 200,
                            "required": False,
                        },
                    ),
                    5: (
                        "wagtail.blocks.StructBlock",
                        [[("day", 0), ("starts", 2), ("ends", 3), ("location", 4)]],
                        {},
                    ),
                },
                help_text="Dates that are cancelled, or take place at another time or place.",
                verbose_name="exceptions",
            ),
        ),
        migrations.AddField(
            model_name="eventpage",
            name="recurrence_rule",
            field=models.CharField(
                blank=True,
                help_text="A rule of RFC 5545. Empty: it happens once.",
                max_length=200,
                verbose_name="repetition",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="told_schedule",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="eventpage",
            name="slots",
            field=wagtail.fields.StreamField(
                [("slot", 7)],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "title", "max_length": 200}),
                    1: ("wagtail.blocks.DateTimeBlock", (), {"label": "starts"}),
                    2: ("wagtail.blocks.DateTimeBlock", (), {"label": "ends"}),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "room", "max_length": 100, "required": False},
                    ),
                    4: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {
                            "help_text": "One per line: role and body, no private persons.",
                            "label": "hosts",
                            "required": False,
                            "rows": 2,
                        },
                    ),
                    5: ("wagtail.blocks.TextBlock", (), {"label": "summary", "required": False, "rows": 3}),
                    6: (
                        "wagtail.blocks.URLBlock",
                        (),
                        {
                            "help_text": "Empty: that of the whole event.",
                            "label": "online access",
                            "required": False,
                        },
                    ),
                    7: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("title", 0),
                                ("starts", 1),
                                ("ends", 2),
                                ("room", 3),
                                ("hosts", 4),
                                ("summary", 5),
                                ("online_url", 6),
                            ]
                        ],
                        {},
                    ),
                },
                verbose_name="programme",
            ),
        ),
    ]
