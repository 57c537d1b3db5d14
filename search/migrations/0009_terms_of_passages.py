"""How many passages hold each term, by audience: kept by the database, whichever way passages come and go.

The empty term counts all passages of an audience.
"""

from __future__ import annotations

from django.db import migrations, models

COUNTED = """
    SELECT audience, '' AS term, {sign} AS number FROM {rows}
    UNION ALL
    SELECT audience, held.lexeme, {sign} FROM {rows}, unnest(terms) AS held
"""

# Rows are touched in one order, so that two writers never wait for each other.
COUNT = """
CREATE FUNCTION search_count_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unused bigint[];
BEGIN
    WITH counted AS (
        INSERT INTO search_passageterm AS kept (audience, term, passages)
        SELECT audience, term, sum(number) FROM ({counted}) AS changed
        GROUP BY audience, term HAVING sum(number) <> 0 ORDER BY audience, term
        ON CONFLICT (audience, term) DO UPDATE SET passages = kept.passages + excluded.passages
        RETURNING id, passages)
    SELECT array_agg(id) INTO unused FROM counted WHERE passages = 0;
    DELETE FROM search_passageterm WHERE id = ANY(unused);
    RETURN NULL;
END $$;

CREATE TRIGGER search_count_{name} AFTER {event} ON search_passage
    REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION search_count_{name}();
"""
ADDED, TAKEN = COUNTED.format(sign=1, rows="new_rows"), COUNTED.format(sign=-1, rows="old_rows")
BOTH = f"{ADDED} UNION ALL {TAKEN}"
OLD, NEW = "OLD TABLE AS old_rows", "NEW TABLE AS new_rows"
FORWARD = (
    "ALTER TABLE search_passageterm SET (fillfactor = 70);"  # noqa: S608 - constants
    + COUNT.format(name="added", event="INSERT", tables=NEW, counted=ADDED)
    + COUNT.format(name="changed", event="UPDATE", tables=f"{OLD} {NEW}", counted=BOTH)
    + COUNT.format(name="taken", event="DELETE", tables=OLD, counted=TAKEN)
    + "INSERT INTO search_passageterm (audience, term, passages) SELECT audience, term, sum(number) FROM ("
    + COUNTED.format(sign=1, rows="search_passage")
    + ") AS held GROUP BY audience, term;"
)
BACKWARD = "".join(
    f"DROP TRIGGER search_count_{name} ON search_passage; DROP FUNCTION search_count_{name}();"
    for name in ("added", "changed", "taken")
)


class Migration(migrations.Migration):
    dependencies = [("search", "0008_passages_numbered_anew")]
    operations = [
        migrations.CreateModel(
            name="PassageTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("audience", models.CharField(max_length=10)),
                ("term", models.TextField()),
                ("passages", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["audience", "term"], name="passage_term_once")
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
