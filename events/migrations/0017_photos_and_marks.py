"""Photos are asked for by a wording alone; whoever gave up their place has no votes and no interest."""

from django.db import migrations

ASK = """
    INSERT INTO events_consenttext (desk_id, purpose, text, position, retired)
    SELECT desk.id, 'photos',
           'Ich bin damit einverstanden, dass bei der Veranstaltung Fotos gemacht werden, auf denen ich zu sehen '
           'bin, und dass sie für Berichte darüber verwendet werden, auch im Internet. Das ist freiwillig, und '
           'ich kann es jederzeit widerrufen.',
           0, false
    FROM events_eventdesk desk
    WHERE desk.asks_for_photos
      AND NOT EXISTS (SELECT 1 FROM events_consenttext WHERE desk_id = desk.id AND purpose = 'photos');
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""
"""Where photos were to be asked for, but no wording was there to ask with."""

FREE = """
    DELETE FROM events_vote USING events_registration gone
    WHERE gone.person_id = events_vote.person_id AND gone.state IN ('cancelled', 'expired');
    DELETE FROM events_interest USING events_registration gone
    WHERE gone.person_id = events_interest.person_id AND gone.state IN ('cancelled', 'expired');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0016_people_have_an_address"),
    ]

    operations = [
        migrations.RunSQL(ASK, migrations.RunSQL.noop),
        migrations.RunSQL(FREE, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="eventdesk", name="asks_for_photos"),
    ]
