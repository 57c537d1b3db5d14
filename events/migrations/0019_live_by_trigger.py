"""What changes on the day is numbered at commit and announced to whoever listens, whoever wrote it."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION events_live(changed bigint, kind text, subject text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    next bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM events_eventdesk WHERE id = changed) THEN
        RETURN;
    END IF;
    INSERT INTO events_livehead (desk_id, number) VALUES (changed, 1)
        ON CONFLICT (desk_id) DO UPDATE SET number = events_livehead.number + 1
        RETURNING number INTO next;
    INSERT INTO events_livechange (desk_id, number, at, kind, subject)
        VALUES (changed, next, clock_timestamp(), kind, subject);
    PERFORM pg_notify('events_live', changed || ' ' || next);
END $$;

CREATE FUNCTION events_live_of_plan(plan bigint, kind text, subject text) RETURNS void LANGUAGE sql AS $$
    SELECT events_live(desk_id, kind, subject) FROM events_plan WHERE id = plan;
$$;

CREATE FUNCTION events_live_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.state = 'accepted') OR (TG_OP <> 'DELETE' AND NEW.state = 'accepted') THEN
        PERFORM events_live_of_plan(coalesce(NEW.plan_id, OLD.plan_id), 'session',
                                    coalesce(NEW.id, OLD.id)::text);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER events_live_session AFTER INSERT OR DELETE OR UPDATE OF title, summary, state
    ON events_session DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_session();

CREATE FUNCTION events_live_part_of_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_live_of_plan(plan_id, 'session', id::text) FROM events_session
        WHERE id IN (NEW.session_id, OLD.session_id) AND state = 'accepted';
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER events_live_placement AFTER INSERT OR DELETE OR UPDATE
    ON events_placement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_part_of_session();
CREATE CONSTRAINT TRIGGER events_live_session_host AFTER INSERT OR DELETE OR UPDATE
    ON events_sessionhost DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_part_of_session();

CREATE FUNCTION events_live_host() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_live_of_plan(session.plan_id, 'session', session.id::text)
        FROM events_sessionhost named JOIN events_session session ON session.id = named.session_id
        WHERE named.host_id = NEW.id AND session.state = 'accepted';
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER events_live_host AFTER UPDATE OF name, affiliation
    ON events_host DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_host();

CREATE FUNCTION events_live_row_of_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_live_of_plan(coalesce(NEW.plan_id, OLD.plan_id), TG_ARGV[0],
                                coalesce(NEW.id, OLD.id)::text);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER events_live_room AFTER INSERT OR DELETE OR UPDATE
    ON events_room DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_row_of_plan('room');
CREATE CONSTRAINT TRIGGER events_live_band AFTER INSERT OR DELETE OR UPDATE
    ON events_band DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_row_of_plan('band');
CREATE CONSTRAINT TRIGGER events_live_pitch AFTER INSERT OR DELETE OR UPDATE
    ON events_pitch DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_row_of_plan('pitch');

CREATE FUNCTION events_live_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_live(coalesce(NEW.desk_id, OLD.desk_id), 'notice', coalesce(NEW.id, OLD.id)::text);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER events_live_notice AFTER INSERT OR DELETE OR UPDATE
    ON events_notice DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION events_live_notice();

CREATE FUNCTION events_live_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_live(id, 'desk', id::text) FROM events_eventdesk WHERE event_id = NEW.page_ptr_id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER events_live_event AFTER UPDATE OF starts, ends, status, location, online_url
    ON events_eventpage DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION events_live_event();
"""

BACKWARD = """
DROP TRIGGER events_live_event ON events_eventpage;
DROP TRIGGER events_live_notice ON events_notice;
DROP TRIGGER events_live_pitch ON events_pitch;
DROP TRIGGER events_live_band ON events_band;
DROP TRIGGER events_live_room ON events_room;
DROP TRIGGER events_live_host ON events_host;
DROP TRIGGER events_live_session_host ON events_sessionhost;
DROP TRIGGER events_live_placement ON events_placement;
DROP TRIGGER events_live_session ON events_session;
DROP FUNCTION events_live_event();
DROP FUNCTION events_live_notice();
DROP FUNCTION events_live_row_of_plan();
DROP FUNCTION events_live_host();
DROP FUNCTION events_live_part_of_session();
DROP FUNCTION events_live_session();
DROP FUNCTION events_live_of_plan(bigint, text, text);
DROP FUNCTION events_live(bigint, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0018_the_day")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
