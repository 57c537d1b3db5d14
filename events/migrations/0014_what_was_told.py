"""What those who have a seat were told, and who runs what by the newest release."""

import django.db.models.deletion
from django.db import migrations, models

ANNOUNCE = """
    INSERT INTO events_announcedhost (plan_id, session, person_id, name, email)
    SELECT release.plan_id, booked.session_id, host.person_id, host.name,
           CASE WHEN host.person_id IS NULL THEN host.email ELSE '' END
    FROM (SELECT DISTINCT ON (plan_id) plan_id, slots FROM events_release ORDER BY plan_id, number DESC) release
    CROSS JOIN LATERAL jsonb_array_elements(release.slots) slot
    JOIN events_sessionhost booked ON booked.session_id::text = slot ->> 'uid'
    JOIN events_host host ON host.id = booked.host_id
    WHERE host.person_id IS NOT NULL OR host.email <> ''
"""
"""Hosts of programmes that are out were told by mail; as far as it is known, they are who runs them now."""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0013_repeating_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="told_facts",
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="AnnouncedHost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.UUIDField(help_text="as entries of the release name it; it may be deleted"),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "email",
                    models.EmailField(blank=True, help_text="of a host who takes no part", max_length=254),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="announced",
                        to="events.person",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="announced",
                        to="events.plan",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", True)) ^ models.Q(("email", "")),
                        name="announced_has_address",
                    )
                ],
            },
        ),
        migrations.RunSQL(ANNOUNCE, migrations.RunSQL.noop),
    ]
