"""Whether hosts are named is said for each session; until now it was one for all of a person's."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def say_per_session(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Hosts who take part get their name back, and every session says whether it is shown."""
    Host, Session = apps.get_model("events", "Host"), apps.get_model("events", "Session")
    SessionHost = apps.get_model("events", "SessionHost")
    for row in SessionHost.objects.filter(host__person__isnull=False).select_related("host"):
        own = Session.objects.filter(
            Q(pk=row.session_id) | Q(merged_into=row.session_id), proposer=row.host.person_id
        )
        if own.filter(shows_name=False).exists():
            SessionHost.objects.filter(pk=row.pk).update(is_named=False)
    for host in Host.objects.filter(person__proposals__isnull=False).select_related("person").distinct():
        person = host.person
        host.name = f"{person.given_name} {person.family_name}".strip()[:200] or host.name
        host.affiliation = person.affiliation
        host.save(update_fields=["name", "affiliation"])


def say_per_host(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Nobody is named who did not agree everywhere."""
    SessionHost = apps.get_model("events", "SessionHost")
    for row in SessionHost.objects.filter(is_named=False).select_related("host"):
        row.host.name, row.host.affiliation = row.host.affiliation or "–", ""
        row.host.save(update_fields=["name", "affiliation"])


class Migration(migrations.Migration):
    """Adds the column and fills it."""

    dependencies = [("events", "0014_what_was_told")]

    operations = [
        migrations.AddField("sessionhost", "is_named", models.BooleanField(default=True)),
        migrations.RunPython(say_per_session, say_per_host),
    ]
