"""A host of a placed session is busy: kept by the database, whoever writes."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION events_book_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM events_hostbooking WHERE session_id = OLD.session_id;
    ELSIF TG_OP = 'UPDATE' AND NEW.session_id = OLD.session_id THEN
        UPDATE events_hostbooking SET during = NEW.during WHERE session_id = NEW.session_id;
    ELSE
        IF TG_OP = 'UPDATE' THEN
            DELETE FROM events_hostbooking WHERE session_id = OLD.session_id;
        END IF;
        INSERT INTO events_hostbooking (session_id, host_id, during)
            SELECT NEW.session_id, host_id, NEW.during FROM events_sessionhost
            WHERE session_id = NEW.session_id ORDER BY host_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER events_book_placed AFTER INSERT OR DELETE OR UPDATE OF during, session_id ON events_placement
    FOR EACH ROW EXECUTE FUNCTION events_book_placed();

CREATE FUNCTION events_book_host() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM events_hostbooking WHERE session_id = OLD.session_id AND host_id = OLD.host_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO events_hostbooking (session_id, host_id, during)
            SELECT NEW.session_id, NEW.host_id, during FROM events_placement
            WHERE session_id = NEW.session_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER events_book_host AFTER INSERT OR DELETE OR UPDATE OF session_id, host_id ON events_sessionhost
    FOR EACH ROW EXECUTE FUNCTION events_book_host();
"""

BACKWARD = """
DROP TRIGGER events_book_host ON events_sessionhost;
DROP FUNCTION events_book_host();
DROP TRIGGER events_book_placed ON events_placement;
DROP FUNCTION events_book_placed();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0004_event_desks")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
