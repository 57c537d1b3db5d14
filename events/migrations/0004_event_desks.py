"""What an event is organised with; an exclusion over a room or host and a time needs btree_gist."""

from __future__ import annotations

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import events.models.registration


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_words_of_the_editor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="EventDesk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "registration_opens",
                    models.DateTimeField(blank=True, null=True, verbose_name="registration opens"),
                ),
                (
                    "registration_closes",
                    models.DateTimeField(blank=True, null=True, verbose_name="registration closes"),
                ),
                (
                    "proposals_open",
                    models.DateTimeField(blank=True, null=True, verbose_name="proposals open"),
                ),
                (
                    "proposals_close",
                    models.DateTimeField(blank=True, null=True, verbose_name="proposals close"),
                ),
                ("votes_open", models.DateTimeField(blank=True, null=True, verbose_name="vote opens")),
                ("votes_close", models.DateTimeField(blank=True, null=True, verbose_name="vote closes")),
                (
                    "votes_each",
                    models.PositiveSmallIntegerField(
                        default=3, help_text="From 1 to 5.", verbose_name="votes of each participant"
                    ),
                ),
                (
                    "seats",
                    models.PositiveIntegerField(
                        blank=True, help_text="Empty: as many as register.", null=True, verbose_name="seats"
                    ),
                ),
                ("has_waiting_list", models.BooleanField(default=True, verbose_name="waiting list")),
                (
                    "offer_hours",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=48,
                        help_text="Whoever waited is asked first. Empty: the seat is theirs at once.",
                        null=True,
                        verbose_name="hours an offered seat is kept",
                    ),
                ),
                (
                    "group_size",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="0: everybody registers alone.",
                        verbose_name="people a town may register at once",
                    ),
                ),
                (
                    "allows_guests",
                    models.BooleanField(
                        default=True,
                        help_text="They confirm by a link in a mail.",
                        verbose_name="guests without an account",
                    ),
                ),
                (
                    "asks_for_photos",
                    models.BooleanField(default=False, verbose_name="ask for consent to photos"),
                ),
                ("contact_name", models.CharField(blank=True, max_length=200, verbose_name="organiser")),
                (
                    "contact_email",
                    models.EmailField(
                        blank=True,
                        help_text="Invitations come from here, answers go there. Better a mailbox of an office.",
                        max_length=254,
                        verbose_name="e-mail address of the organisers",
                    ),
                ),
                (
                    "purpose",
                    models.TextField(
                        blank=True,
                        help_text="What the data of participants are needed for.",
                        verbose_name="purpose of the data",
                    ),
                ),
                (
                    "legal_basis",
                    models.CharField(
                        default="Art. 6 Abs. 1 lit. e DSGVO i. V. m. § 3 LDSG RLP",
                        help_text="Shown to everybody before they register.",
                        max_length=200,
                        verbose_name="legal basis",
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="days personal data are kept after the end"
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="desk",
                        to="events.eventpage",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "event desk",
                "verbose_name_plural": "event desks",
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("photos", "photos and recordings"),
                            ("list", "name in the list of participants"),
                            ("follow_up", "mails about what came of it"),
                            ("other", "something else"),
                        ],
                        max_length=12,
                        verbose_name="purpose",
                    ),
                ),
                ("text", models.TextField(verbose_name="wording")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "retired",
                    models.BooleanField(
                        default=False, help_text="no longer asked; what was given stays known"
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consent_texts",
                        to="events.eventdesk",
                    ),
                ),
            ],
            options={
                "ordering": ("position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("given_name", models.CharField(max_length=100, verbose_name="given name")),
                ("family_name", models.CharField(max_length=100, verbose_name="family name")),
                (
                    "affiliation",
                    models.CharField(blank=True, max_length=200, verbose_name="municipality or organisation"),
                ),
                (
                    "body",
                    models.CharField(
                        blank=True, help_text="key of the body, if it is a known one", max_length=40
                    ),
                ),
                ("language", models.CharField(default="de", max_length=5)),
                ("confirmed", models.DateTimeField(blank=True, null=True)),
                ("link_version", models.PositiveSmallIntegerField(default=1)),
                (
                    "unreachable",
                    models.CharField(
                        blank=True,
                        help_text="what the mail server answered, if it refused the address",
                        max_length=300,
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="events.eventdesk",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="event_people",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254)),
                ("name", models.CharField(help_text="its template", max_length=40)),
                ("occasion", models.CharField(max_length=100)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("calendar", models.TextField(blank=True)),
                ("method", models.CharField(blank=True, max_length=10)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("not_after", models.DateTimeField(blank=True, null=True)),
                ("sent", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("try_after", models.DateTimeField(blank=True, null=True)),
                ("failed", models.CharField(blank=True, help_text="why it is given up", max_length=300)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="events.eventdesk",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="events.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail about an event",
                "verbose_name_plural": "mails about events",
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("given", models.DateTimeField()),
                ("withdrawn", models.DateTimeField(blank=True, null=True)),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="events.consenttext",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="events.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "desk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan",
                        to="events.eventdesk",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plans",
            },
        ),
        migrations.CreateModel(
            name="Host",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "affiliation",
                    models.CharField(blank=True, max_length=200, verbose_name="municipality or organisation"),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hosts",
                        to="events.person",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hosts", to="events.plan"
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Band",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="time")),
                ("label", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("is_break", models.BooleanField(default=False, verbose_name="break")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bands", to="events.plan"
                    ),
                ),
            ],
            options={
                "ordering": ("during",),
            },
        ),
        migrations.CreateModel(
            name="PlanChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=20)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="events.plan"
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="undone_by",
                        to="events.planchange",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="plan_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=200, verbose_name="question")),
                ("help_text", models.CharField(blank=True, max_length=300, verbose_name="explanation")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("line", "a line"),
                            ("text", "some sentences"),
                            ("one", "one of several"),
                            ("several", "any of several"),
                            ("yes", "yes or no"),
                        ],
                        default="line",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("choices", models.TextField(blank=True, help_text="One per line.", verbose_name="choices")),
                ("required", models.BooleanField(default=False, verbose_name="must be answered")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "retired",
                    models.BooleanField(default=False, help_text="no longer asked; answers stay readable"),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="events.eventdesk",
                    ),
                ),
            ],
            options={
                "ordering": ("position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unconfirmed", "address not confirmed yet"),
                            ("confirmed", "has a seat"),
                            ("waiting", "on the waiting list"),
                            ("offered", "a seat is offered"),
                            ("cancelled", "cancelled"),
                            ("expired", "did not take the offered seat"),
                        ],
                        default="unconfirmed",
                        max_length=12,
                    ),
                ),
                ("place", models.PositiveIntegerField(blank=True, null=True)),
                ("offered_until", models.DateTimeField(blank=True, null=True)),
                (
                    "badge",
                    models.CharField(
                        default=events.models.registration.make_badge,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("changed", models.DateTimeField(auto_now=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registration",
                        to="events.person",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="registered",
                        to="events.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "registration",
                "verbose_name_plural": "registrations",
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="events.question",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="events.registration",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="what is new")),
                ("at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(help_text="of the plan")),
                ("slots", models.JSONField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="releases", to="events.plan"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="programme_releases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "capacity",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="people it holds"),
                ),
                ("online_url", models.URLField(blank=True, verbose_name="online access")),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="how to get there, what is there"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("hidden", models.BooleanField(default=False, verbose_name="hidden")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rooms", to="events.plan"
                    ),
                ),
            ],
            options={
                "ordering": ("position", "name"),
            },
        ),
        migrations.CreateModel(
            name="Availability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="time")),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="availabilities",
                        to="events.host",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="availabilities",
                        to="events.room",
                    ),
                ),
            ],
            options={
                "ordering": ("during",),
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("summary", models.TextField(blank=True, max_length=2000, verbose_name="what it is about")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(default=45, verbose_name="minutes")),
                ("version", models.PositiveIntegerField(default=0)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="events.plan"
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="events.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "ordering": ("created", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="time")),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="events.room",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placement",
                        to="events.session",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interests",
                        to="events.person",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interests",
                        to="events.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "interest",
                "verbose_name_plural": "interests",
            },
        ),
        migrations.CreateModel(
            name="HostBooking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bookings", to="events.host"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookings",
                        to="events.session",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SessionHost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("host", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="events.host")),
                (
                    "session",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="events.session"),
                ),
            ],
            options={
                "ordering": ("position", "pk"),
            },
        ),
        migrations.AddField(
            model_name="session",
            name="hosts",
            field=models.ManyToManyField(
                related_name="sessions", through="events.SessionHost", to="events.host"
            ),
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="events.person"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="events.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "vote",
                "verbose_name_plural": "votes",
            },
        ),
        migrations.AddConstraint(
            model_name="eventdesk",
            constraint=models.CheckConstraint(
                condition=models.Q(("votes_each__gte", 1), ("votes_each__lte", 5)), name="desk_votes_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventdesk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("registration_opens__isnull", True),
                    ("registration_closes__isnull", True),
                    ("registration_closes__gt", models.F("registration_opens")),
                    _connector="OR",
                ),
                name="desk_registration_opens_before_it_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventdesk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposals_open__isnull", True),
                    ("proposals_close__isnull", True),
                    ("proposals_close__gt", models.F("proposals_open")),
                    _connector="OR",
                ),
                name="desk_proposals_open_before_it_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventdesk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("votes_open__isnull", True),
                    ("votes_close__isnull", True),
                    ("votes_close__gt", models.F("votes_open")),
                    _connector="OR",
                ),
                name="desk_votes_open_before_it_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                models.F("desk"), django.db.models.functions.text.Lower("email"), name="person_once_per_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("desk", "user"),
                name="person_account_once",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("failed", ""), ("sent__isnull", True)),
                fields=["created"],
                name="letter_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                fields=("desk", "address", "name", "occasion"), name="letter_once_per_occasion"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn__isnull", True)),
                fields=("person", "text"),
                name="consent_standing_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="host",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False)),
                fields=("plan", "person"),
                name="host_person_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="band",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("plan", "="), ("during", "&&")], name="bands_follow_each_other"
            ),
        ),
        migrations.AddConstraint(
            model_name="band",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__isempty", False)), name="band_lasts"
            ),
        ),
        migrations.AddConstraint(
            model_name="planchange",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="plan_change_number_once"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offered_until__isnull", False), ("state", "offered")),
                    models.Q(models.Q(("state", "offered"), _negated=True), ("offered_until__isnull", True)),
                    _connector="OR",
                ),
                name="registration_offer_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "unconfirmed"), ("place__isnull", False), _connector="OR"),
                name="registration_has_a_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("registration", "question"), name="answer_once_per_question"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="release_number_once"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=("plan", "name"), name="release_name_once"),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(fields=("plan", "name"), name="room_name_once"),
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("host__isnull", False), ("room__isnull", True)),
                    models.Q(("host__isnull", True), ("room__isnull", False)),
                    _connector="OR",
                ),
                name="availability_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__isempty", False)), name="availability_lasts"
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                expressions=[("room", "="), ("during", "&&")],
                name="one_session_in_a_room",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__isempty", False)), name="placement_lasts"
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.UniqueConstraint(fields=("person", "session"), name="interest_once"),
        ),
        migrations.AddConstraint(
            model_name="hostbooking",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                expressions=[("host", "="), ("during", "&&")],
                name="one_session_of_a_host",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostbooking",
            constraint=models.UniqueConstraint(fields=("session", "host"), name="booking_once"),
        ),
        migrations.AddConstraint(
            model_name="sessionhost",
            constraint=models.UniqueConstraint(fields=("session", "host"), name="session_host_once"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(("n__gte", 1), ("n__lte", 5)), name="vote_in_the_cap"
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("person", "n"), name="vote_number_once"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("person", "session"), name="vote_once_per_session"),
        ),
    ]
