-- An authority of invented children. Names in braces are filled in by authority.py; all days lie before {today}.

-- People, with the chair, the manager, the minute taker, a police member and the chair of repeat missing meetings first.
INSERT INTO agency (id, name, kind) VALUES
    (1, 'Sampleshire Council', 'social-care'), (2, 'Sampleshire Police', 'police'),
    (3, 'Sampleshire Health', 'health'), (4, 'Sampleshire Schools', 'education'), (5, 'Sample Charity', 'charity');
INSERT INTO person (id, email, name, agency, recorded_at, roles)
SELECT n, 'person-' || n || '@bench.example.org', 'Sample Person ' || n,
    CASE WHEN n <= 3 THEN 1 WHEN n = 4 THEN 2 ELSE 1 + n % 5 END, '{now}',
    CASE n WHEN 2 THEN ARRAY['safeguarding-manager'] WHEN {police} THEN ARRAY['agency-lead'] ELSE ARRAY[]::text[] END
FROM generate_series(1, {people}) n;
INSERT INTO seat (panel, person, agency, role)
SELECT p.id, n.id, n.agency, CASE n.id WHEN 1 THEN 'chair' WHEN 3 THEN 'minute-taker' ELSE 'member' END
FROM panel p JOIN person n ON n.id IN (1, 3, 4) OR (n.id > 5 AND n.id % 8 = p.id % 8);
INSERT INTO seat (panel, person, agency, role) SELECT p.id, n.id, n.agency, 'chair'
FROM panel p JOIN person n ON n.id = {convener} WHERE p.slug = 'repeat-missing';

-- Children, each with a time of going missing of {spell} days around a fourteenth birthday; one in three bears a reference
-- of the police, and of these one in a hundred that of another. Some of these times reach out
-- of the years that are kept, at either end.
CREATE TEMP TABLE spell ON COMMIT DROP AS
SELECT n AS child, timestamptz '{now}' - interval '1 day' * (({days} + {spell}) * (n * phi - floor(n * phi))) AS begins
FROM generate_series(1, {children}) n, (SELECT 0.6180339887498949::float8 AS phi) golden;
ALTER TABLE spell ADD PRIMARY KEY (child);
INSERT INTO child (id, child_ref, name, born_on, sex, social_worker, team, placed_in, legal_status,
                   responsible_authority, other_refs)
SELECT n, 'CH-' || lpad(n::text, 7, '0'),
    (ARRAY['Ash', 'Bay', 'Cedar', 'Dale', 'Elm', 'Fern', 'Glen', 'Heath', 'Ivy', 'Juniper'])[1 + n % 10]
        || (ARRAY['', 'a', 'an', 'e', 'el', 'en', 'er', 'ie', 'in', 'o'])[1 + n / 10 % 10] || ' Sample' || n % 4999,
    begins::date - 5110 + (random() * 700)::int, (ARRAY['female', 'male'])[1 + n % 2],
    'Worker ' || n % 400, 'Team ' || n % 25,
    CASE WHEN random() < 0.15 THEN 'Elsewhere Town' ELSE '' END,
    (ARRAY['cla', 'cla', 'cp', 'cin', 'none', 'none'])[1 + n % 6],
    CASE WHEN random() < 0.12 THEN 'Faraway Borough' ELSE '' END,
    CASE WHEN n % 3 = 0 THEN ARRAY['P-' || CASE WHEN n % 300 = 0 THEN n - 3 ELSE n END] ELSE ARRAY[]::text[] END
FROM generate_series(1, {children}) n JOIN spell ON spell.child = n;

-- One episode in three is of a tenth of the children. Half of all end within six hours, one in fifty lasts for more
-- than three days; what would end after now is still open. They were recorded in the order in which they began.
INSERT INTO episode (id, episode_ref, child, category, started_at, reported_at, returned_at, la_notified_at,
    missing_from, missing_from_kind, found_at, legal_status, responsible_authority, placed_in, police_risk,
    sw_contact_at, source, first_recorded_at, recorded_at)
SELECT n, 'EP-' || n, child, category, started_at, started_at + interval '40 minutes',
    CASE WHEN started_at + lasted < '{now}' THEN started_at + lasted END, started_at + interval '3 hours',
    'Sample House ' || home, CASE home % 5 WHEN 0 THEN 'home' WHEN 1 THEN 'foster' ELSE 'residential' END,
    CASE WHEN found < 0.5 THEN '' ELSE 'Sample Street ' || (found * 2 * {places})::int END,
    CASE WHEN told < 0.5 THEN (ARRAY['cla', 'cp', 'cin', 'none'])[1 + n % 4] END,
    CASE WHEN told < 0.1 THEN 'Faraway Borough' END, CASE WHEN told > 0.9 THEN 'Elsewhere Town' END,
    (ARRAY['low', 'medium', 'medium', 'high'])[1 + n % 4],
    CASE WHEN told < 0.8 THEN started_at + interval '8 hours' END, 'homeward',
    started_at + interval '1 day', started_at + interval '1 day'
FROM (
    SELECT row_number() OVER (ORDER BY started_at) AS n, drawn.* FROM (
        SELECT k, child, begins + interval '{spell} days' * random() AS started_at,
            (ARRAY['missing', 'missing', 'missing', 'missing', 'missing', 'missing', 'missing', 'missing', 'absent',
                   'away'])[1 + floor(random() * 10)::int] AS category,
            interval '1 hour' * (-8.5 * ln(random() + 1e-9)) * CASE WHEN random() < 0.04 THEN 12 ELSE 1 END AS lasted,
            (random() * {places})::int AS home, random() AS found, random() AS told
        FROM (
            SELECT k, 1 + floor({children} * share * (0.03 + 0.97 * share))::int AS child
            FROM (SELECT k, random() AS share FROM generate_series(1, {episodes} * 2) k) shares
        ) whose JOIN spell USING (child)
    ) drawn WHERE started_at >= timestamptz '{now}' - interval '{days} days' AND started_at < '{now}'
    ORDER BY k LIMIT {episodes}
) e ORDER BY n;
CREATE INDEX building ON episode (child, started_at);
ANALYZE episode;
-- One episode in eight was told of while the child was away, and again when it was back.
INSERT INTO episode_past (id, held_from, held_until, "row")
SELECT e.id, e.started_at + interval '3 hours', e.recorded_at,
    to_jsonb(e) || jsonb_build_object('returned_at', NULL, 'sw_contact_at', NULL,
        'recorded_at', e.started_at + interval '3 hours')
FROM episode e WHERE e.id % 8 = 0;

-- Return home interviews.
INSERT INTO interview (id, child, interview_key, offered_at, outcome, held_at, mode, independent)
SELECT id, child, 'bench-' || id, returned_at + interval '20 hours' * (0.5 + 2 * random()), outcome,
    CASE WHEN outcome = 'completed' THEN returned_at + interval '60 hours' END, 'face-to-face', id % 3 = 0
FROM (
    SELECT id, child, returned_at, (ARRAY['completed', 'completed', 'completed', 'declined-child', 'declined-child',
        'declined-carer', 'unable', 'not-required'])[1 + floor(random() * 8)::int] AS outcome
    FROM episode WHERE category = 'missing' AND returned_at < timestamptz '{now}' - interval '4 days' AND random() < 0.8
) e;
INSERT INTO interview_episode (interview, episode) SELECT id, id FROM interview;

-- Two risk assessments each: the first says high of two children in a hundred and medium of six, the second, at the end,
-- of hardly any.
INSERT INTO risk_assessment (child, assessed_on, level, tool, flags, next_review_on)
SELECT child, day, CASE WHEN level < 0.02 / part THEN 'high' WHEN level < 0.08 / part THEN 'medium' ELSE 'low' END, '',
    CASE WHEN flag < 0.02 THEN ARRAY['cse'] WHEN flag < 0.04 THEN ARRAY['county-lines', 'gang'] ELSE ARRAY[]::text[] END,
    day + 90
FROM (
    SELECT child, part, begins::date + CASE part WHEN 1 THEN 30 ELSE {spell} END AS day, random() AS level, random() AS flag
    FROM spell, unnest(ARRAY[1, 25]) part
) r WHERE day BETWEEN DATE '{today}' - {days} AND DATE '{today}';

-- Every case is of the panel that takes cases, of a child who went missing before and after it where the years allow,
-- one closed case in ten is recalled. Most are closed for reduced risk.
INSERT INTO referral (id, panel, child, referred_on, threshold)
SELECT n, (SELECT id FROM panel WHERE slug = 'mace'), child,
    CASE WHEN meant BETWEEN DATE '{today}' - {days} AND DATE '{today}' - 5 THEN meant
        ELSE DATE '{today}' - 5 - (random() * {days})::int END, 'met'
FROM (SELECT n, 1 + (n - 1) * ({children} / {cases}) AS child FROM generate_series(1, {cases}) n) k
    JOIN spell USING (child), LATERAL (SELECT begins::date + 60 + n % 180 AS meant) m;
INSERT INTO panel_case (id, panel, child, referral, accepted_on, first_meeting_on, last_reviewed_on, next_review_on,
                        closed_on, closure_reason, risk_at_start, risk_at_close)
SELECT id, panel, child, id, day, first_on, CASE WHEN first_on + 42 < DATE '{today}' THEN first_on + 42 END,
    CASE WHEN closed_on IS NULL THEN DATE '{today}' + (random() * 84)::int END, closed_on,
    CASE WHEN closed_on IS NULL THEN '' WHEN id % 16 = 1 THEN 'moved' WHEN id % 16 = 2 THEN 'turned-18'
        ELSE 'reduced-risk' END, 'high',
    CASE WHEN closed_on IS NULL THEN '' ELSE 'low' END
FROM (
    SELECT id, panel, child, referred_on + 3 AS day,
        CASE WHEN referred_on + waits < DATE '{today}' THEN referred_on + waits END AS first_on,
        CASE WHEN referred_on + ends < DATE '{today}' THEN referred_on + ends END AS closed_on
    FROM (SELECT r.*, (10 + r.id % 14)::int AS waits, 60 + (random() * 60)::int AS ends FROM referral r) r
) c;
INSERT INTO referral (id, panel, child, referred_on, threshold)
SELECT id + {cases}, panel, child, closed_on + 30, 'met' FROM panel_case
WHERE id % 10 = 0 AND closed_on + 40 < DATE '{today}';
INSERT INTO panel_case (id, panel, child, referral, recall_of, accepted_on, first_meeting_on, last_reviewed_on,
                        next_review_on, closed_on, closure_reason, risk_at_start, risk_at_close)
SELECT id, panel, child, id, id - {cases}, referred_on + 3,
    CASE WHEN referred_on + 17 < DATE '{today}' THEN referred_on + 17 END, NULL,
    CASE WHEN is_over OR referred_on + 17 >= DATE '{today}' THEN NULL ELSE DATE '{today}' + (random() * 84)::int END,
    CASE WHEN is_over THEN referred_on + 400 END, CASE WHEN is_over THEN 'reduced-risk' ELSE '' END, 'medium',
    CASE WHEN is_over THEN 'low' ELSE '' END
FROM (SELECT *, referred_on + 400 < DATE '{today}' AS is_over FROM referral WHERE id > {cases}) r;

-- Referrals that wait for a briefing, those of the last weeks decided by one; the last briefing was held yesterday.
INSERT INTO briefing (closed_at, closed_by, note)
SELECT timestamptz '{now}' - interval '1 day' * k - interval '4 hours', {chair}, '' FROM generate_series(0, 20) k;
INSERT INTO referral (id, asked_panel, panel, child, referred_on, threshold, agency, referrer, concerns, risk_level, consent,
    lawful_basis, wanted, received_at, received_by, decided_at, decided_by, rationale)
SELECT 2 * {cases} + k, p.id, CASE WHEN k > 25 THEN p.id END, 1 + (k * 7919) % {children}, DATE '{today}' - k / 10,
    CASE WHEN k > 25 THEN 'not-met' ELSE '' END, 1 + k % 5, 'Sample Referrer ' || k, ARRAY['cse', 'gang'], 'medium',
    'given', 'Public task', 'A plan that all services know.', timestamptz '{now}' - interval '1 hour' * k, {police},
    CASE WHEN k > 25 THEN timestamptz '{now}' - interval '1 hour' * (k - 24) END, CASE WHEN k > 25 THEN {chair} END,
    CASE WHEN k > 25 THEN 'Early help is in place.' ELSE '' END
FROM panel p, generate_series(1, 200) k WHERE p.slug = 'mace';
INSERT INTO briefing_decision (episode, threshold, rationale, decided_by, decided_at)
SELECT id, 'not-met', 'Known, and the plan holds.', {chair}, first_recorded_at + interval '10 hours' FROM episode
WHERE category IN ('missing', 'curfew') AND first_recorded_at > timestamptz '{now}' - interval '30 days'
    AND first_recorded_at < timestamptz '{now}' - interval '16 hours';
INSERT INTO case_check (panel_case, kind, done_on, noted_by)
SELECT c.id, kind, c.accepted_on + 7 * number::int, {minute_taker}
FROM panel_case c, unnest(ARRAY['management-oversight', 'exploitation-tool', 'risk-assessment', 'safety-plan',
    'nrm-referral', 'social-worker-contact']) WITH ORDINALITY AS checks(kind, number)
WHERE (c.id + number) % 4 > 0;

-- Nine places in ten have a record, the first ten of them under three names each.
INSERT INTO place (id, name, kind, ward, postcode)
SELECT n, 'Sample House ' || n, 'placement', 'Ward ' || n % 20, '' FROM generate_series(1, {places}) n WHERE n % 10 > 0;
INSERT INTO place_name (place, name) SELECT id, lower(name) FROM place;
INSERT INTO place_name (place, name)
SELECT least(n, 9), 'sample street ' || n FROM generate_series(1, least(30, {places})) n;

-- The last meeting of each panel was held six days ago, the next one is tomorrow. The panel that takes cases has another
-- in a week whose agenda is issued; the plain panel has {feed} in the year to come, which fill a calendar.
INSERT INTO meeting (id, panel, starts_at, status, child, place, chair, minute_taker, agenda_issued_at, ended_at)
SELECT row_number() OVER (ORDER BY k DESC, p.id), p.id, day + interval '10 hours', 'held',
    CASE WHEN p.slug = 'repeat-missing' THEN 1 + (k * 37) % {children} END, 'Sample Hall', {chair}, {minute_taker},
    day - interval '5 days', day + interval '12 hours'
FROM panel p, generate_series(0, {meetings} / 7 - 1) k,
    LATERAL (SELECT (DATE '{today}' - 6 - (k * {days} / ({meetings} / 7)))::timestamp
             AT TIME ZONE 'Europe/London' AS day) d
WHERE p.slug <> 'general';
INSERT INTO meeting (id, panel, starts_at, place, chair, minute_taker, child)
SELECT {meetings} + 100 + p.id, p.id, (DATE '{today}' + 1)::timestamp AT TIME ZONE 'Europe/London' + interval '10 hours',
    'Sample Hall', {chair}, {minute_taker},
    CASE WHEN p.slug = 'repeat-missing' THEN (SELECT child FROM episode
        WHERE category = 'missing' AND started_at > timestamptz '{now}' - interval '60 days'
        GROUP BY child ORDER BY count(*) DESC, child LIMIT 1) END
FROM panel p WHERE p.slug <> 'general';
INSERT INTO meeting (id, panel, starts_at, status, place, chair, minute_taker, agenda_issued_at)
SELECT {meetings} + 200, p.id, (DATE '{today}' + 8)::timestamp AT TIME ZONE 'Europe/London' + interval '10 hours',
    'agenda-issued', 'Sample Hall', {chair}, {minute_taker}, timestamptz '{now}' - interval '1 day'
FROM panel p WHERE p.slug = 'mace';
INSERT INTO meeting (id, panel, starts_at, place, chair, minute_taker)
SELECT {meetings} + 200 + k, p.id, (DATE '{today}' + 9 + k)::timestamp AT TIME ZONE 'Europe/London' + interval '14 hours',
    'Sample Hall', {chair}, {minute_taker}
FROM panel p, generate_series(1, {feed}) k WHERE p.slug = 'general';
INSERT INTO calendar_feed (person, token_hash, made_at) VALUES ({police}, '{feed_hash}', '{now}');

-- Twenty items at each held meeting, thirty at the last one of the panel that takes cases and at those to come.
INSERT INTO agenda_item (meeting, child, position, reason, rule_version, episode_ids, first_issued_in, status)
SELECT m.id, chosen.child, k, 'missing 3 times in the 90 days to the meeting, on 3, 14 and 20 of the month',
    p.kind || '/1', ARRAY(SELECT id FROM episode WHERE episode.child = chosen.child AND started_at < m.starts_at
                          ORDER BY started_at DESC LIMIT 3),
    CASE WHEN m.status <> 'planned' THEN 1 END, 'on-agenda'
FROM meeting m JOIN panel p ON p.id = m.panel,
    LATERAL generate_series(1, CASE
        WHEN m.child IS NOT NULL THEN 1
        WHEN p.slug = 'mace' AND m.starts_at > timestamptz '{now}' - interval '8 days' THEN {items}
        WHEN m.status = 'held' THEN 20 ELSE 0 END) k,
    LATERAL (SELECT coalesce(m.child, 1 + (m.id * 37 + k * 101) % {children}) AS child) chosen;
INSERT INTO agenda_version (meeting, number, issued_at, issued_by, items)
SELECT m.id, 1, m.agenda_issued_at, {chair}, jsonb_agg(jsonb_build_object('item', i.id, 'kind', i.kind, 'child', i.child,
    'title', i.title, 'standing', '', 'minutes', i.minutes, 'reason', i.reason, 'rule_version', i.rule_version,
    'episode_ids', i.episode_ids, 'added_by', 'rule', 'brought_forward', false) ORDER BY i.position)
FROM meeting m JOIN agenda_item i ON i.meeting = m.id WHERE m.status = 'agenda-issued' GROUP BY m.id;
INSERT INTO contribution (agenda_item, agency, nothing_known, known, known_since, risks, strengths, actions_taken,
                          written_by, written_at, submitted_at)
SELECT i.id, agency, i.position % 3 = 0, told, CASE WHEN told > '' THEN 'March' ELSE '' END, told, told, told, {police},
    timestamptz '{now}' - interval '2 hours', timestamptz '{now}' - interval '2 hours'
FROM agenda_item i JOIN meeting m ON m.id = i.meeting AND m.status = 'agenda-issued', generate_series(1, 3) agency,
    LATERAL (SELECT CASE WHEN i.position % 3 = 0 THEN '' ELSE 'Known to the service; what it saw in one sentence.' END AS told) t;
INSERT INTO attendance (meeting, person, agency, name, status)
SELECT m.id, n.id, n.agency, n.name,
    (ARRAY['present', 'present', 'apologies', 'deputy', 'information-sent', 'present', 'absent'])[1 + (n.id + m.id) % 7]
FROM meeting m JOIN seat s ON s.panel = m.panel JOIN person n ON n.id = s.person AND n.id <= 20;
INSERT INTO minutes (meeting, status, taker, approver, actions_issued_at, sent_to_chair_at, approved_at, circulated_at,
                     content, sha256)
SELECT id, CASE WHEN is_old THEN 'circulated' ELSE 'draft' END, {minute_taker}, CASE WHEN is_old THEN {chair} END,
    ended_at, CASE WHEN is_old THEN ended_at + interval '4 days' END, CASE WHEN is_old THEN ended_at + interval '9 days' END,
    CASE WHEN is_old THEN ended_at + interval '10 days' END, CASE WHEN is_old THEN 'Minutes as approved.' END,
    CASE WHEN is_old THEN repeat('0', 64) END
FROM (SELECT *, starts_at < timestamptz '{now}' - interval '20 days' AS is_old FROM meeting WHERE status = 'held') m;
INSERT INTO discussion (id, agenda_item, outcome, risk_before, risk_after, risk_rationale, decision, rationale, saved_by)
SELECT i.id, i.id, 'discussed', 'high', 'medium', 'Fewer episodes since the last meeting.',
    'Keep the plan and visit weekly.', 'The plan works.', {minute_taker}
FROM agenda_item i JOIN meeting m ON m.id = i.meeting WHERE m.status = 'held' AND i.position <= 20;
INSERT INTO discussion_revision (discussion, version, text, saved_by, saved_at)
SELECT d.id, 1, to_jsonb(d) - 'id' - 'agenda_item' - 'saved_by' - 'version' || jsonb_build_object('sections',
    jsonb_build_object('why_listed', i.reason, 'episodes', repeat('Left in the evening, came back. ', 8),
        'discussion', repeat('The worker met the family and the school; the plan was gone through. ', 8))),
    d.saved_by, timestamptz '{now}'
FROM discussion d JOIN agenda_item i ON i.id = d.agenda_item;

-- One action in twenty is the police member's; the older ones are finished but for a few.
INSERT INTO action (id, action_ref, panel, meeting, agenda_item, child, text, owner, agency, issued_on, issued_at, due_on,
                    original_due_on, status, finished_on)
SELECT n, 'AC-' || n, m.panel, m.id, i.id, i.child, 'Visit at the placement and agree a safety plan', p.id, p.agency,
    issued_on, m.starts_at, issued_on + 14, issued_on + 14, s.status, CASE WHEN s.status IN ('completed', 'not-possible',
        'not-done') THEN issued_on + days END
FROM (
    SELECT n, 1 + floor(random() * (SELECT count(*) FROM agenda_item))::int AS item,
        CASE WHEN random() < 0.05 THEN {police} ELSE 5 + floor(random() * ({people} - 4))::int END AS owner,
        (random() * 20)::int AS days, random() AS ends
    FROM generate_series(1, {actions}) n
) drawn JOIN agenda_item i ON i.id = drawn.item JOIN meeting m ON m.id = i.meeting AND m.status = 'held'
    JOIN person p ON p.id = drawn.owner,
    LATERAL (SELECT (m.starts_at AT TIME ZONE 'Europe/London')::date AS issued_on) d,
    LATERAL (SELECT CASE
        WHEN issued_on + days >= DATE '{today}' OR ends < 0.002 THEN (ARRAY['issued', 'in-progress'])[1 + n % 2]
        WHEN ends < 0.9 THEN 'completed' WHEN ends < 0.95 THEN 'not-possible' ELSE 'not-done' END AS status) s;
INSERT INTO action_update (action, person, status, note, made_at)
SELECT id, owner, status, 'Visited, the plan is agreed.', issued_at + interval '5 days' FROM action
WHERE finished_on IS NOT NULL;
-- The panel accepted what was finished before its last meeting.
INSERT INTO action_review (action, meeting, view, settles, reviewed_by, reviewed_at)
SELECT a.id, m.id, 'accepted', true, {minute_taker}, m.starts_at
FROM action a CROSS JOIN LATERAL (SELECT id, starts_at FROM meeting WHERE panel = a.panel AND status = 'held'
    AND starts_at > a.finished_on ORDER BY starts_at LIMIT 1) m
WHERE a.finished_on IS NOT NULL;
INSERT INTO action_unaccepted (action, panel)
SELECT id, panel FROM action a WHERE finished_on IS NOT NULL AND NOT EXISTS (SELECT FROM action_review WHERE action = a.id);

-- The record of who read what.
INSERT INTO history_entry (happened_at, person_id, kind, about, about_ids, child_ids)
SELECT timestamptz '{now}' - interval '{days} days' * random(), 1 + n % {people}, 'child read', 'child', ARRAY[child], ARRAY[child]
FROM (SELECT n, 1 + floor(random() * {children})::int AS child FROM generate_series(1, {entries}) n) e;

DROP INDEX building;
