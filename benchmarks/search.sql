-- Five thousand meetings of invented children with eighteen items each, minuted and circulated; the last few are drafts.
-- Sentences are drawn from a pool: words that everybody uses, words of the work, and ten thousand that hardly anybody does.

INSERT INTO agency (id, name, kind) VALUES (1, 'Sampleshire Council', 'social-care'), (2, 'Sampleshire Police', 'police');
INSERT INTO person (id, email, name, agency, recorded_at, roles) VALUES
    (1, 'chair@bench.example.org', 'Sample Chair', 1, '{now}', '{{}}'),
    (2, 'manager@bench.example.org', 'Sample Manager', 1, '{now}', '{{safeguarding-manager}}'),
    (3, 'police@bench.example.org', 'Sample Officer', 2, '{now}', '{{}}');
INSERT INTO seat (panel, person, agency, role)
SELECT p.id, n.id, n.agency, CASE n.id WHEN 1 THEN 'chair' ELSE 'member' END FROM panel p JOIN person n ON n.id IN (1, 3);
INSERT INTO child (id, child_ref, name, born_on)
SELECT n, 'CH-' || lpad(n::text, 7, '0'), (ARRAY['Ash', 'Bay', 'Cedar', 'Dale', 'Elm'])[1 + n % 5] || ' Sample' || n,
    DATE '2010-01-01' + n % 2000
FROM generate_series(1, 5000) n;

CREATE TEMP TABLE sentence ON COMMIT DROP AS
SELECT s AS number, initcap(string_agg(CASE
    WHEN drawn < 0.45 THEN (ARRAY['the', 'a', 'and', 'with', 'to', 'of', 'was', 'her', 'his', 'is'])[1 + (pick * 10)::int % 10]
    WHEN drawn < 0.7 THEN (ARRAY['plan', 'worker', 'school', 'family', 'home', 'visit', 'police', 'placement', 'carer',
        'meeting', 'risk', 'week', 'missing', 'returned', 'agreed', 'station', 'friend', 'phone', 'evening', 'staff',
        'safety', 'child', 'young', 'person'])[1 + (pick * pick * 24)::int % 24]
    WHEN drawn < 0.9 THEN 'theme' || (pick * pick * 500)::int ELSE 'rare' || (pick * 10000)::int END, ' ' ORDER BY k)) || '.' AS text
FROM (SELECT s, k, random() AS drawn, random() AS pick FROM generate_series(1, 20000) s, generate_series(1, 12) k) w GROUP BY s;
ALTER TABLE sentence ADD PRIMARY KEY (number);

CREATE FUNCTION pg_temp.told(item bigint, part int, sentences int) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(text, ' ') FROM sentence, LATERAL (SELECT (item * 7919 + part * 104729) % 19990 AS from_there) f
    WHERE number > from_there AND number <= from_there + sentences
$$;

INSERT INTO meeting (id, panel, starts_at, status, place, chair, minute_taker, agenda_issued_at, ended_at)
SELECT n, 1 + n % 7, day + interval '10 hours', 'held', 'Sample Hall', 1, 1, day - interval '5 days', day + interval '12 hours'
FROM generate_series(1, {meetings}) n,
    LATERAL (SELECT (DATE '{today}' - 6 - n / 2)::timestamp AT TIME ZONE 'Europe/London' AS day) d;
INSERT INTO agenda_item (id, meeting, child, position, reason, rule_version, first_issued_in)
SELECT (m.id - 1) * {items} + k, m.id, 1 + (m.id * 37 + k * 101) % 5000, k, s.text, 'mace/1', 1
FROM meeting m, generate_series(1, {items}) k, LATERAL (SELECT text FROM sentence WHERE number = 1 + (m.id * 7 + k) % 20000) s;
INSERT INTO minutes (meeting, status, taker, approver, approved_at, circulated_at, content, sha256)
SELECT id, CASE WHEN id > 20 THEN 'circulated' ELSE 'draft' END, 1, CASE WHEN id > 20 THEN 2 END,
    CASE WHEN id > 20 THEN ended_at END, CASE WHEN id > 20 THEN ended_at END,
    CASE WHEN id > 20 THEN 'Minutes as approved.' END, CASE WHEN id > 20 THEN repeat('0', 64) END FROM meeting;
INSERT INTO discussion (id, agenda_item, outcome, saved_by) SELECT id, id, 'discussed', 1 FROM agenda_item;
INSERT INTO discussion_revision (discussion, version, text, saved_by, saved_at)
SELECT id, 1, jsonb_build_object('outcome', 'discussed', 'decision', pg_temp.told(id, 1, 1),
    'rationale', pg_temp.told(id, 2, 2), 'sections', jsonb_build_object('why_listed', reason,
        'child_views', pg_temp.told(id, 3, 3), 'contributions', pg_temp.told(id, 4, 4), 'factors', pg_temp.told(id, 5, 2),
        'strengths', pg_temp.told(id, 6, 2), 'prevent', pg_temp.told(id, 7, 3))), 1, '{now}'
FROM agenda_item;
INSERT INTO action (id, panel, meeting, agenda_item, child, text, owner, agency, issued_on, issued_at, due_on, original_due_on)
SELECT i.id, m.panel, m.id, i.id, i.child, i.reason, 3, 2, m.starts_at::date, m.starts_at, m.starts_at::date + 14,
    m.starts_at::date + 14 FROM agenda_item i JOIN meeting m ON m.id = i.meeting WHERE i.id % 3 = 0;
