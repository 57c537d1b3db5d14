"""Acts of moderation are only added; of what is erased the title and the label go, and nothing else."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalogue_keep_acts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.title = '' AND NEW.label = '' THEN
        OLD.title := NEW.title;
        OLD.label := NEW.label;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'acts of moderation are only added'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER catalogue_keep_acts
    BEFORE UPDATE OR DELETE ON catalogue_moderationact
    FOR EACH ROW EXECUTE FUNCTION catalogue_keep_acts();

-- Whichever way an erasure comes: in the log, by a resync, after a restore.
CREATE FUNCTION catalogue_forget_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.label := '';
    UPDATE catalogue_moderationact SET title = '', label = ''
    WHERE object_id = NEW.object_id AND (title <> '' OR label <> '');
    RETURN NEW;
END $$;

CREATE TRIGGER catalogue_forget_erased
    BEFORE UPDATE ON catalogue_catalogueentry
    FOR EACH ROW WHEN (NEW.state = 'erased') EXECUTE FUNCTION catalogue_forget_erased();
"""

BACKWARD = """
DROP TRIGGER catalogue_forget_erased ON catalogue_catalogueentry;
DROP FUNCTION catalogue_forget_erased();
DROP TRIGGER catalogue_keep_acts ON catalogue_moderationact;
DROP FUNCTION catalogue_keep_acts();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_lasting_federation")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
