-- name: sandboxes
select name, kind, colour from sandbox order by name;
-- name: add_sandbox
insert into sandbox (name, kind, colour) values (?, ?, ?);
-- name: sandbox_holds
select (select count(*) from journey where sandbox = :sandbox),
  (select count(*) from document where sandbox = :sandbox)
  + (select count(*) from limit_config where sandbox = :sandbox)
  + (select count(*) from alert where sandbox = :sandbox)
  + (select count(*) from mailing where sandbox = :sandbox);
-- name: delete_inlets
delete from inlet where sandbox = ?;
-- name: delete_sandbox
delete from sandbox where name = ?;
-- name: set_sandbox
update sandbox set kind = ?, colour = ? where name = ?;
-- name: inlets
select id, sandbox, name, authenticated from inlet order by id;
-- name: add_inlet
insert into inlet (id, sandbox, name) values (?, ?, ?);
-- name: set_inlet
update inlet set authenticated = ? where id = ?;
-- name: documents
select kind, name, uid, body, revision, changed_at from document where sandbox = ? order by kind, name;
-- name: document
select uid, body, revision, changed_at from document where sandbox = ? and kind = ? and name = ?;
-- name: put_document
insert into document (sandbox, kind, name, uid, body, revision, changed_at) values (?, ?, ?, ?, ?, 1, ?)
on conflict (sandbox, kind, name) do update
set body = excluded.body, revision = revision + 1, changed_at = excluded.changed_at;
-- name: rename_document
update document set name = ?, body = ?, revision = revision + 1, changed_at = ? where sandbox = ? and kind = ? and name = ?;
-- name: delete_document
delete from document where sandbox = ? and kind = ? and name = ?;
-- name: journeys
select uid, name from journey where sandbox = ? order by name;
-- name: journey
select uid, numbers from journey where sandbox = ? and name = ?;
-- name: add_journey
insert into journey (uid, sandbox, name) values (?, ?, ?);
-- name: versions
select number, uid, status, body, changed_at, metadata from journey_version where journey = ? order by number;
-- name: version_revisions
select j.uid, j.name, v.number, v.revision from journey j join journey_version v on v.journey = j.uid
where j.sandbox = ? order by j.name, v.number;
-- name: version
select uid, status, body, metadata, uses from journey_version where journey = ? and number = ?;
-- name: version_by_uid
select j.name, v.number from journey j join journey_version v on v.journey = j.uid where j.sandbox = ? and v.uid = ?;
-- name: put_version
insert into journey_version (journey, number, uid, status, body, changed_at, metadata, uses)
values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (journey, number) do update
set status = excluded.status, body = excluded.body, changed_at = excluded.changed_at, metadata = excluded.metadata,
  uses = excluded.uses, revision = revision + 1;
-- name: set_numbers
update journey set numbers = ? where uid = ?;
-- name: rename_journey
update journey set name = ? where uid = ?;
-- name: journey_gone
select 1 from journey_gone where uid = ? union select 1 from journey where uid = ?;
-- name: add_journey_gone
insert into journey_gone (uid) values (?);
-- name: delete_version
delete from journey_version where journey = ? and number = ?;
-- name: delete_journey
delete from journey where uid = ?;
-- name: append
insert into log (body) values (?);
-- name: read
select seq, body from log where seq >= ? order by seq limit ?;
-- name: last
select max(seq) from log;
-- name: get_meta
select value from meta where key = ?;
-- name: put_meta
insert or replace into meta (key, value) values (?, ?);
-- name: limit_configs
select uid, sandbox, state, body, running, runtime, returns_to, metadata from limit_config
where kind = ? and sandbox = ? order by number;
-- name: limit_config
select uid, sandbox, state, body, running, runtime, returns_to, metadata from limit_config
where kind = ? and sandbox = ? and uid = ?;
-- name: limit_config_count
select count(*) from limit_config where kind = ?;
-- name: add_limit_config
insert into limit_config (kind, uid, sandbox, state, body, running, runtime, returns_to, metadata)
values (?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: change_limit_config
update limit_config set state = ?, body = ?, running = ?, runtime = ?, returns_to = ?, metadata = ? where uid = ?;
-- name: delete_limit_config
delete from limit_config where uid = ?;
-- name: rewrite
update log set body = ? where seq = ?;
-- name: rehearsals
select uid, journey, kind, number, options, started_at, triggered_at from rehearsal where journey = ? order by kind;
-- name: all_rehearsals
select j.sandbox, j.name, r.kind, r.started_at, r.triggered_at from rehearsal r join journey j on j.uid = r.journey;
-- name: add_rehearsal
insert into rehearsal (uid, journey, kind, number, options, started_at, triggered_at) values (?, ?, ?, ?, ?, ?, ?);
-- name: trigger_rehearsal
update rehearsal set triggered_at = max(triggered_at, ?) where uid = ?;
-- name: delete_rehearsal
delete from rehearsal where journey = ? and kind = ? returning uid;
-- name: alerts
select sandbox, name, body, state, since, value from alert where ? in ('', sandbox) order by sandbox, name;
-- name: alert
select sandbox, name, body, state, since, value from alert where sandbox = ? and name = ?;
-- name: put_alert
insert into alert (sandbox, name, body) values (?, ?, ?) on conflict (sandbox, name) do update set body = excluded.body;
-- name: delete_alert
delete from alert where sandbox = ? and name = ?;
-- name: alert_state
update alert set state = ?, since = ?, value = ? where sandbox = ? and name = ?;
-- name: add_alert_change
insert into alert_change (sandbox, name, at, state, value, usual) values (?, ?, ?, ?, ?, ?);
-- name: alert_changes
select id, at, state, value, usual, told, note from alert_change where sandbox = ? and name = ? order by id desc limit ?;
-- name: alerts_untold
select id, sandbox, name, at, state, value, usual from alert_change where not told order by id limit 100;
-- name: alert_told
update alert_change set told = ?, note = ? where id = ?;
-- name: mailings
select sandbox, name, body, due from mailing where sandbox = ? order by name;
-- name: mailing
select sandbox, name, body, due from mailing where sandbox = ? and name = ?;
-- name: mailings_due
select sandbox, name, body, due from mailing where due <= ? order by due limit 100;
-- name: put_mailing
insert into mailing (sandbox, name, body, due) values (?, ?, ?, ?)
on conflict (sandbox, name) do update set body = excluded.body, due = excluded.due;
-- name: mailing_moves_on
update mailing set due = ? where sandbox = ? and name = ? and due = ?;
-- name: delete_mailing
delete from mailing where sandbox = ? and name = ?;
-- name: add_mailing_run
insert or ignore into mailing_run (sandbox, name, due) values (?, ?, ?);
-- name: mailing_runs_waiting
select r.id, r.sandbox, r.name, r.due, r.told, r.tries, m.body
from mailing_run r join mailing m on m.sandbox = r.sandbox and m.name = r.name where r.state = 'waiting'
order by r.tries, r.id limit 100;
-- name: put_mailing_run
update mailing_run set state = ?, told = ?, tries = ?, note = ? where id = ?;
-- name: end_mailing_runs
update mailing_run set state = 'failed' where sandbox = ? and name = ? and state = 'waiting';
-- name: mailing_runs
select id, due, state, told, tries, note from mailing_run where sandbox = ? and name = ? order by due desc limit ?;
