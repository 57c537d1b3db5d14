-- Made-up bodies and entries for tests/load/lists.py. Bodies of documents do not repeat, so that they
-- take the room of real ones.
INSERT INTO municipalities_body (key, name, kind, population, search_name, seat, postcode, website, source)
SELECT lpad((7100000 + i)::text, 8, '0'), 'Erfunden ' || i, 'municipality', 500 + (i * 7919) %% 90000,
       'erfunden ' || i, '', '', '', 'made up'
FROM generate_series(1, 2400) AS i
ON CONFLICT DO NOTHING;

WITH picked AS (
    SELECT i,
           gen_random_uuid() AS key,
           'https://hub' || i %% 40 || '.example.invalid' AS origin,
           (ARRAY['case_report', 'case_report', 'case_report', 'module', 'module', 'event', 'news', 'dataset',
                  'training', 'motion'])[1 + (hashint4(i) & 2147483647) %% 10] AS kind,
           lpad((7100001 + (hashint4(i + 7) & 2147483647) %% 2400)::text, 8, '0') AS owner,
           lpad((7100001 + (hashint4(i + 8) & 2147483647) %% 2400)::text, 8, '0') AS partner,
           ARRAY['ki', 'open-data', 'digitale-dienste', 'beteiligung', 'mobilitaet', 'smart-city', 'geodaten',
                 'ikz', 'recht', 'organisation', 'website', 'energie'] AS codes
    FROM generate_series(1, %(entries)s) AS i
)
INSERT INTO catalogue_catalogueentry (
    object_id, uuid, origin, source, state, hidden, revision, digest, salt, body, position, path,
    first_published, changed, kind, audience, title, summary, publishers, topics, languages, maturity,
    co_publishers, about, related, licence, first_year_eur, year, card, stated_topics)
SELECT origin || '/id/' || key, key, origin, 'hub' || i %% 40, 'live', false, 1, 'sha256:' || md5(i::text), '',
       (SELECT string_agg(md5((i * 100 + k)::text), ' ') FROM generate_series(1, 90) AS k), i, '',
       now() - i * interval '1 minute', now() - i * interval '1 minute', kind, 'public',
       'Erfundener Beitrag ' || md5(i::text), repeat('Eine erfundene Zusammenfassung zum Messen. ', 4),
       CASE WHEN i %% 17 = 0 THEN ARRAY[owner, partner] ELSE ARRAY[owner] END,
       CASE WHEN i %% 3 = 0 THEN codes[1 + i %% 12 : 2 + i %% 12]
            ELSE ARRAY[codes[1 + (hashint4(i + 9) & 2147483647) %% 12]] END,
       ARRAY['de'],
       CASE kind WHEN 'case_report' THEN (ARRAY['idea', 'pilot', 'operation', 'ended', ''])[1 + (i * 31) %% 5]
            ELSE '' END,
       '{}', '', '{}',
       CASE kind WHEN 'module' THEN (ARRAY['MIT', 'EUPL-1.2', 'CC-BY-4.0', ''])[1 + (i * 13) %% 4] ELSE '' END,
       CASE WHEN kind = 'case_report' AND i %% 4 > 0 THEN (i::bigint * 7907) %% 400000 END,
       CASE WHEN i %% 5 > 0 THEN 2018 + (i * 37) %% 9 END,
       '{"demo": true, "once": 1000, "monthly": 20}', '{}'
FROM picked;
