-- name: get_meta
select value from meta where key = ?;
-- name: put_meta
insert or replace into meta (key, value) values (?, ?);
-- name: is_seen
select 1 from seen where key = ?;
-- name: see_all
insert or ignore into seen (key) select value from carray(?);
-- name: see
insert or ignore into seen (key) values (?);
-- name: add_journey
insert into journey (sandbox, uid, name) values (?, ?, ?) returning id;
-- name: journeys
select id, sandbox, uid, name from journey order by id;
-- name: live_journeys
select id, sandbox, uid, name from journey where id not in (select journey from rehearsal) order by id;
-- name: versions
select journey, number, uid, state, body, published_at, swept from journey_version order by journey, number;
-- name: version_states
select j.uid, v.number, j.id, v.state, v.swept, v.published_at from journey j join journey_version v on v.journey = j.id
where j.sandbox = ?1 and (?2 is null or j.uid = ?2);
-- name: shapes_of
select body, steps from shape where journey = ? and version = ?;
-- name: set_body
update journey_version set body = ? where journey = ? and number = ?;
-- name: put_version
insert into journey_version (journey, number, uid, state, body, published_at) values (?, ?, ?, ?, ?, ?)
on conflict (journey, number) do update set state = excluded.state, body = excluded.body;
-- name: set_state
update journey_version set state = ? where journey = ? and number = ?;
-- name: set_swept
update journey_version set swept = ? where journey = ? and number = ?;
-- name: documents
select sandbox, kind, name, body from document;
-- name: put_document
insert or replace into document (sandbox, kind, name, body) values (?, ?, ?, ?);
-- name: delete_document
delete from document where sandbox = ? and kind = ? and name = ?;
-- name: load_stays
select person, supplemental, state from carray(?) cross join stay on journey = ? and person = value;
-- name: load_stay
select person, supplemental, state from stay where journey = ? and person = ?;
-- name: put_stay
insert into stay (journey, person, supplemental, state) values (?, ?, ?, ?)
on conflict do update set state = excluded.state;
-- name: stays_after
select person, supplemental, state from stay
where journey = ? and (person, supplemental) > (?, ?) order by person, supplemental limit ?;
-- name: put_timer
insert or ignore into timer (due, journey, person, supplemental) values (?, ?, ?, ?);
-- name: drop_timers
delete from timer where (due, journey, person, supplemental) <= (?, ?, ?, ?);
-- name: due_timers
select due, journey, person, supplemental from timer
where due < ? order by due, journey, person, supplemental limit ?;
-- name: next_timer
select min(due) from timer;
-- name: hold
insert into held (journey, person, supplemental, at, event, payload) values (?, ?, ?, ?, ?, ?);
-- name: held_of
select id, at, event, payload from held where journey = ? and person = ? and supplemental = ? order by id;
-- name: rename_held
update held set event = ? where journey = ? and event = ?;
-- name: drop_held
delete from held where id = ?;
-- name: held_count
select count(*) from held;
-- name: put_effect
insert or replace into outbox (journey, person, supplemental, n, id, effect, not_before, made, queue, caller, place)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: drop_effect
delete from outbox where journey = ? and person = ? and supplemental = ? and n = ?;
-- name: effects
select journey, person, supplemental, n, id, effect, not_before, made from outbox where queue = '' order by place;
-- name: queues
select distinct queue from outbox where queue > '';
-- name: queued
select journey, person, supplemental, n, id, effect, not_before, made, queue, caller, place from outbox
where queue > '' and queue = ? and place > ? order by place limit ?;
-- name: queue_counts
select journey, caller, count(*) from outbox where queue > '' and queue = ? and place > ? group by journey, caller;
-- name: last_place
select coalesce(max(place), 0) from outbox;
-- name: effect_count
select count(*) from outbox;
-- name: put_shape
insert into shape (id, journey, version, body) values (
  1 + max((select coalesce(max(id), 0) from shape),
          (select coalesce(max(value), 0) from meta where key = 'last_shape')),
  ?, ?, ?
) returning id;
-- name: shapes
select id, journey, version, body, steps, attempts from shape;
-- name: journey_shapes
select s.id, s.version, s.body from shape s join journey j on j.id = s.journey where j.sandbox = ? and j.uid = ?;
-- name: journey_versions
select v.number, v.body from journey_version v join journey j on j.id = v.journey
where j.sandbox = ? and j.uid = ? order by j.id, v.number;
-- name: count_shape
update shape set steps = steps + ?, attempts = attempts + ? where id = ?;
-- name: put_steps
insert into step (body) values (?);
-- name: steps
select id, body from step where id > ? order by id limit ?;
-- name: discard
insert into discard (sandbox, journey, event, reason, count, last_at, last_person) values (?, ?, ?, ?, ?, ?, ?)
on conflict (sandbox, journey, event, reason) do update
set count = count + excluded.count, last_at = excluded.last_at, last_person = excluded.last_person;
-- name: discards
select sandbox, journey, event, reason, count, last_at, last_person from discard;
-- name: quarantine
insert into quarantine (sandbox, journey, person, supplemental, at, kind, payload, reason)
values (?, ?, ?, ?, ?, ?, ?, ?);
-- name: quarantined
select id, sandbox, journey, person, supplemental, at, kind, payload, reason from quarantine order by id;
-- name: quarantined_after
select id, sandbox, journey, person, supplemental, at, kind, payload, reason from quarantine
where id > ?1
and (?3 is null or sandbox in (select value from json_each(?3)))
and (?4 is null or journey in (select value from json_each(?4)))
and (?5 is null or reason in (select value from json_each(?5)))
and (?6 = '' or instr(lower(reason || ' ' || person || ' ' || cast(payload as text)), lower(?6))
  or journey in (select value from json_each(?7)))
order by id limit ?2;
-- name: quarantined_item
select sandbox, journey, person, supplemental, at, kind, payload, reason from quarantine where id = ?;
-- name: drop_quarantined
delete from quarantine where id = ?;
-- name: people
select count(distinct person) from stay;
-- name: table_bytes
select sum(pgsize) from dbstat where name = ?;
-- name: identities_of
select value, profile from carray(?) cross join identity on key = value;
-- name: put_identity
insert or replace into identity (key, profile) values (?, ?);
-- name: load_profiles
select id, body from carray(?) cross join profile on id = value;
-- name: put_profile
insert into profile (id, sandbox, body) values (?, ?, ?) on conflict (id) do update set body = excluded.body;
-- name: drop_profile
delete from profile where id = ?;
-- name: profiles_after
select id, body from profile where sandbox = ? and id > ? order by id limit ?;
-- name: profiles_before
select id, body from profile where sandbox = ? and id < ? order by id desc limit ?;
-- name: sandbox_people
select count(*) from profile where sandbox = ?;
-- name: events_of
select body from profile_events where profile = ? order by number;
-- name: put_events
insert into profile_events (profile, number, body) values (?, ?, ?);
-- name: drop_events
delete from profile_events where profile = ?;
-- name: move_events
update profile_events set profile = ?, number = number + ? where profile = ?;
-- name: kin
select sandbox, namespace from kin;
-- name: put_kin
insert or ignore into kin (sandbox, namespace) values (?, ?);
-- name: lookup
select body from lookup where sandbox = ? and schema = ? and key = ?;
-- name: put_lookup
insert or replace into lookup (sandbox, schema, key, body) values (?, ?, ?, ?);
-- name: lookups_after
select key, body from lookup where sandbox = ? and schema = ? and key > ? order by key limit ?;
-- name: pass_held
update held set person = ? where journey = ? and person = ? and supplemental = ?;
-- name: seen_among
select value from carray(?) cross join seen on key = value;
-- name: drop_stays
delete from stay where journey = ? and person = ?;
-- name: drop_timers_of
delete from timer where journey = ? and person = ?;
-- name: drop_held_of
delete from held where journey = ? and person = ?;
-- name: drop_effects_of
delete from outbox where journey = ? and person = ?;
-- name: blank_discards
update discard set last_person = '' where sandbox = ? and last_person = ?;
-- name: put_forgotten
insert or ignore into forgotten (token, body, step, last_step, fact, last_fact)
select ?, ?, 0, (select coalesce(max(id), 0) from step), 0, (select coalesce(max(id), 0) from fact);
-- name: forgotten
select token, body, step = last_step and fact = last_fact, step, last_step, fact, last_fact
from forgotten order by token;
-- name: forgotten_step
update forgotten set step = ? where token = ?;
-- name: forgotten_fact
update forgotten set fact = ? where token = ?;
-- name: drop_forgotten
delete from forgotten where token = ?;
-- name: rewrite_steps
update step set body = ? where id = ?;
-- name: steps_between
select id, body from step where id > ? and id <= ? order by id limit ?;
-- name: effects_of
select n, id, effect, not_before from outbox where journey = ? and person = ?;
-- name: held_of_person
select at, event, payload from held where journey = ? and person = ? order by id;
-- name: segments
select id, sandbox, name, uid, definition, daily, due, upload from segment order by id;
-- name: segment_states
select name, realized, existing, exited, evaluated_at, errors, error, due, id from segment where sandbox = ?;
-- name: add_segment
insert into segment (sandbox, name, uid, definition, daily, due, upload) values (?, ?, ?, ?, ?, ?, 0) returning id;
-- name: set_segment
update segment set definition = ?, daily = ?, due = ? where id = ?;
-- name: rename_segment
update segment set name = ? where id = ?;
-- name: set_segment_due
update segment set due = ? where id = ?;
-- name: set_segment_upload
update segment set upload = ? where id = ?;
-- name: count_segment
update segment set realized = realized + ?, existing = existing + ?, exited = exited + ? where id = ?;
-- name: segment_failed
update segment set errors = errors + ?, error = ? where id = ?;
-- name: segment_evaluated
update segment set evaluated_at = ? where id = ?;
-- name: delete_segment
delete from segment where id = ?;
-- name: segment_runs
select id, sandbox, at, place, last, segments from segment_run order by id;
-- name: add_run
insert into segment_run (sandbox, at, place, last, segments) values (?, ?, 0, ?, ?) returning id;
-- name: set_run
update segment_run set place = ?, segments = ? where id = ?;
-- name: delete_run
delete from segment_run where id = ?;
-- name: segment_ahead
select run, profile from segment_ahead;
-- name: put_ahead
insert or ignore into segment_ahead (run, profile) values (?, ?);
-- name: drop_ahead
delete from segment_ahead where run = ?;
-- name: membership
select body from membership where profile = ?;
-- name: memberships
select value, body from carray(?) cross join membership on profile = value;
-- name: memberships_after
select profile, body from membership where profile > ? order by profile limit ?;
-- name: put_membership
insert or replace into membership (profile, body) values (?, ?);
-- name: drop_membership
delete from membership where profile = ?;
-- name: put_qualifications
insert into qualification (body) values (?);
-- name: qualifications
select id, body from qualification where id > ? order by id limit ?;
-- name: profile
select body from profile where id = ? and sandbox = ?;
-- name: put_facts
insert into fact (kind, body) values (?, ?);
-- name: facts_between
select id, body from fact where id > ? and id <= ? order by id limit ?;
-- name: facts
select id, kind, body from fact where id > ? order by id limit ?;
-- name: discards_kept
select id, body from fact where id > ? and kind = 'discard' order by id limit ?;
-- name: rewrite_facts
update fact set body = ? where id = ?;
-- name: rehearsals
select journey, kind, of_journey, options, started_at, ended from rehearsal order by journey;
-- name: rehearsal_of
select r.journey, r.kind, r.options, r.started_at, r.baseline, v.number, v.body, j.uid
from rehearsal r join journey j on j.id = r.journey join journey_version v on v.journey = r.journey
where j.sandbox = ? and r.of_journey = ? and not r.ended order by r.journey;
-- name: people_in
select count(distinct person) from stay where journey = ?;
-- name: add_rehearsal
insert into rehearsal (journey, kind, of_journey, options, started_at, baseline) values (?, ?, ?, ?, ?, ?);
-- name: end_rehearsal
update rehearsal set ended = 1 where journey = ?;
-- name: delete_rehearsal
delete from rehearsal where journey = ?;
-- name: put_rehearsed_steps
insert into rehearsed_step (journey, body) values (?, ?);
-- name: rehearsed_steps
select id, body from rehearsed_step where journey = ? and id > ? order by id limit ?;
-- name: rewrite_rehearsed
update rehearsed_step set body = ? where id = ?;
-- name: put_note
insert into note (journey, person, supplemental, entry, at, kind, body) values (?, ?, ?, ?, ?, ?, ?);
-- name: notes
select id, person, supplemental, entry, at, kind, body from note where journey = ? order by id;
-- name: drop_notes_of
delete from note where journey = ? and person = ?;
-- name: trim_notes
delete from note where journey = ?1 and id <= (select max(id) from note where journey = ?1) - ?2;
-- name: drop_timers_in
delete from timer where journey = ?;
-- name: drop_held_in
delete from held where journey = ? returning 1;
-- name: drop_effects_in
delete from outbox where journey = ? returning person, supplemental, n, id;
-- name: drop_stays_in
delete from stay where (journey, person, supplemental) in
(select journey, person, supplemental from stay where journey = ? limit ?) returning 1;
-- name: drop_rehearsed_steps
delete from rehearsed_step where id in (select id from rehearsed_step where journey = ? limit ?) returning 1;
-- name: drop_notes
delete from note where id in (select id from note where journey = ? limit ?) returning 1;
-- name: count
insert into counter (journey, version, name, since, used) values (?1, ?2, ?3, ?4, 1)
on conflict (journey, version, name) do update set
since = iif(?4 >= since + ?6, ?4, since), used = iif(?4 >= since + ?6, 1, used + 1)
where ?4 >= since + ?6 or used < ?5 returning used - 1;
-- name: drop_counters
delete from counter where journey = ?;
-- name: drop_shapes
delete from shape where journey = ?;
-- name: drop_discards
delete from discard where journey = ?;
-- name: drop_quarantined_in
delete from quarantine where journey = ?;
-- name: delete_versions
delete from journey_version where journey = ?;
-- name: delete_journey
delete from journey where id = ?;
-- name: removals
select journey, number, step, last_step from removal;
-- name: add_removal
insert or ignore into removal (journey, number, step, last_step) select ?, ?, 0, coalesce(max(id), 0) from step;
-- name: removal_step
update removal set step = ? where journey = ? and number = ?;
-- name: delete_removal
delete from removal where journey = ? and number = ?;
-- name: mark_removed
update journey_version set state = 'removed' where journey = ?1 and ?2 in (0, number);
-- name: drop_shapes_of
delete from shape where journey = ?1 and ?2 in (0, version);
-- name: drop_counters_of
delete from counter where journey = ?1 and ?2 in (0, version);
-- name: drop_messages_by
delete from message where journey = ?1 and ?2 in (0, version);
-- name: drop_versions_of
delete from journey_version where journey = ?1 and ?2 in (0, number);
-- name: rename_journey
update journey set name = ? where sandbox = ? and name = ?;
-- name: step_bytes
select coalesce(sum(length(body)), 0) from step where id > ?;
-- name: suppression
select reason from suppression where sandbox = ? and channel = ? and address = ?;
-- name: contacts
select sum(contact.count) from carray(?) cross join contact on person = value and counter = ? and at > ?;
-- name: put_contact
insert into contact (person, counter, at, count) values (?, ?, ?, 1)
on conflict (person, counter, at) do update set count = count + 1;
-- name: shadow_contacts
select sum(shadow_contact.count) from carray(?) cross join shadow_contact
on person = value and counter = ? and journey = ? and at > ?;
-- name: put_shadow_contact
insert into shadow_contact (person, counter, journey, at, count) values (?1, ?2, ?3, ?4, ?5)
on conflict (person, counter, journey, at) do update set count = count + ?5;
-- name: drop_contacts
delete from contact where person = ? and counter = ? and at <= ?;
-- name: drop_all_contacts
delete from contact where person = ?;
-- name: drop_all_shadow_contacts
delete from shadow_contact where person = ?;
-- name: drop_shadow_contacts
delete from shadow_contact where journey = ?;
-- name: suppressions
select channel, address, reason, at from suppression
where sandbox = ? and (channel, address) > (?, ?) order by channel, address limit ?;
-- name: suppressions_of
select channel, address, reason, at from suppression
where sandbox = ? and channel in ('email', 'push', 'sms') and address in (?, ?) order by channel, address;
-- name: put_suppression
insert or ignore into suppression (sandbox, channel, address, reason, at) values (?, ?, ?, ?, ?);
-- name: drop_suppression
delete from suppression where sandbox = ? and channel = ? and address = ?;
-- name: put_message
insert or ignore into message
(id, journey, person, supplemental, version, entry, sandbox, uid, stay, activity, channel, configuration, address,
namespace, marketing, test, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: message
select id, journey, person, supplemental, version, entry, sandbox, uid, stay, activity, channel, configuration, address,
namespace, marketing, test, at, status from message where id = ?;
-- name: messages_of
select id, journey, person, supplemental, version, entry, sandbox, uid, stay, activity, channel, configuration, address,
namespace, marketing, test, at, status from message where journey = ? and person = ? order by at, id;
-- name: set_message
update message set status = ? where id = ?;
-- name: addresses_of
select distinct sandbox, channel, address from message where journey = ? and person = ?;
-- name: drop_messages
delete from message where journey = ? and person = ?;
-- name: drop_messages_in
delete from message where journey = ?;
-- name: put_entrant
insert into entrant (due, n, journey, person, supplemental, at, event, payload, run)
values (?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: entrants
select due, n, journey, person, supplemental, at, event, payload, run from entrant
where due < ? order by due, n limit ?;
-- name: entrants_of
select due, n, journey, person, supplemental, at, event, payload, run from entrant
where journey = ? and person = ? and due < ? order by due, n;
-- name: drop_entrant
delete from entrant where due = ? and n = ?;
-- name: next_entrant
select due from entrant order by due, n limit 1;
-- name: last_entrant
select coalesce(max(n), 0) from entrant;
-- name: drop_entrants
delete from entrant where (due, n) <= (?, ?);
-- name: drop_entrants_of
delete from entrant where journey = ? and person = ?;
-- name: drop_entrants_in
delete from entrant where journey = ?;
-- name: rename_entrants
update entrant set event = ? where journey = ? and event = ?;
-- name: entrants_by_run
select count(*) from entrant where run = ?;
-- name: paces
select journey, free from pace;
-- name: put_pace
insert or replace into pace (journey, free) values (?, ?);
-- name: drop_pace
delete from pace where journey = ?;
-- name: audiences
select journey, version, due, read_at from audience order by journey, version;
-- name: put_audience
insert or replace into audience (journey, version, due, read_at) values (?, ?, ?, ?);
-- name: drop_audiences
delete from audience where journey = ? and version <> ?;
-- name: drop_audiences_in
delete from audience where journey = ?;
-- name: drop_audience_runs
delete from audience_run where journey = ?;
-- name: add_audience_run
insert into audience_run (uid, journey, version, segment, at, since, status, place, total, refused, payload)
values (?, ?, ?, ?, ?, ?, 'queued', 0, 0, 0, ?) returning id;
-- name: audience_runs
select id, uid, journey, version, segment, at, since, status, place, total, refused, payload from audience_run
where status in ('queued', 'started') order by id;
-- name: audience_runs_of
select id, uid, version, segment, at, since, status, total, refused from audience_run where journey = ? order by id desc limit ?;
-- name: audience_run
select uid, journey, version, segment, payload from audience_run where id = ?;
-- name: set_audience_run
update audience_run set status = ?, place = ?, total = ?, refused = ? where id = ?;
-- name: trim_audience_runs
delete from audience_run where journey = ?1 and status in ('finished', 'failed') and id <= (
  select id from audience_run where journey = ?1 order by id desc limit 1 offset ?2
) and not exists (select 1 from entrant where run = audience_run.id);
