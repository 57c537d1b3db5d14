"""Triggers that mark touched pages in their own transaction, and hide what goes offline at once."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalogue_mark_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO catalogue_mark (key) VALUES (OLD.translation_key);
        UPDATE catalogue_catalogueentry SET hidden = true WHERE page_id = OLD.id AND source = '';
        RETURN OLD;
    END IF;
    INSERT INTO catalogue_mark (key) VALUES (NEW.translation_key);
    IF TG_OP = 'UPDATE' THEN
        IF NEW.translation_key <> OLD.translation_key THEN
            INSERT INTO catalogue_mark (key) VALUES (OLD.translation_key);
        END IF;
        IF OLD.live AND NOT NEW.live THEN
            UPDATE catalogue_catalogueentry SET hidden = true WHERE page_id = OLD.id AND source = '';
        END IF;
        IF NEW.path <> OLD.path THEN
            -- Moved under a restricted page: hidden until its audience is settled.
            UPDATE catalogue_catalogueentry SET hidden = true
            WHERE page_id = OLD.id AND source = '' AND audience <> 'instance' AND EXISTS (
                SELECT 1 FROM wagtailcore_pageviewrestriction restriction
                JOIN wagtailcore_page above ON above.id = restriction.page_id
                WHERE NEW.path LIKE above.path || '%');
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER catalogue_mark_page
    AFTER INSERT OR UPDATE OR DELETE ON wagtailcore_page
    FOR EACH ROW EXECUTE FUNCTION catalogue_mark_page();

CREATE FUNCTION catalogue_mark_restriction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    restricted integer;
BEGIN
    restricted := CASE WHEN TG_OP = 'DELETE' THEN OLD.page_id ELSE NEW.page_id END;
    INSERT INTO catalogue_mark (key)
        SELECT below.translation_key FROM wagtailcore_page top
        JOIN wagtailcore_page below ON below.path LIKE top.path || '%'
        WHERE top.id = restricted;
    IF TG_OP <> 'DELETE' THEN
        UPDATE catalogue_catalogueentry SET hidden = true
        WHERE source = '' AND audience <> 'instance' AND page_id IN (
            SELECT below.id FROM wagtailcore_page top
            JOIN wagtailcore_page below ON below.path LIKE top.path || '%'
            WHERE top.id = restricted);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER catalogue_mark_restriction
    AFTER INSERT OR UPDATE OR DELETE ON wagtailcore_pageviewrestriction
    FOR EACH ROW EXECUTE FUNCTION catalogue_mark_restriction();

-- The row of a shareable page's own type; hub.catalogue.triggers attaches it to each such table.
CREATE FUNCTION catalogue_mark_own_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    narrowing constant text[] := ARRAY['public', 'members', 'instance'];
BEGIN
    INSERT INTO catalogue_mark (key) SELECT translation_key FROM wagtailcore_page WHERE id = NEW.page_ptr_id;
    IF array_position(narrowing, NEW.audience::text) > array_position(narrowing, OLD.audience::text) THEN
        UPDATE catalogue_catalogueentry SET hidden = true
        WHERE source = '' AND page_id = NEW.page_ptr_id
          AND array_position(narrowing, audience::text) < array_position(narrowing, NEW.audience::text);
    END IF;
    RETURN NULL;
END $$;

INSERT INTO catalogue_position (singleton, value) VALUES (true, 0) ON CONFLICT DO NOTHING;
"""

BACKWARD = """
DROP FUNCTION catalogue_mark_own_row() CASCADE;
DROP TRIGGER catalogue_mark_restriction ON wagtailcore_pageviewrestriction;
DROP FUNCTION catalogue_mark_restriction();
DROP TRIGGER catalogue_mark_page ON wagtailcore_page;
DROP FUNCTION catalogue_mark_page();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
