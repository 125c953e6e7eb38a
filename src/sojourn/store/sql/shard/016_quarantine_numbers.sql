-- A number of something set aside is never given out twice: who tries everything again, and it is set aside again, is not
-- to find other things behind the numbers that they know.
create table quarantine_numbered (
  id integer primary key autoincrement,
  sandbox text not null,
  journey integer not null,       -- 0: before any journey was known
  person text not null,
  supplemental text not null,
  at integer not null,
  kind text not null,             -- event, timer, answer, stay
  payload blob not null,          -- JSON of the record; empty for a timer
  reason text not null
);
insert into quarantine_numbered select id, sandbox, journey, person, supplemental, at, kind, payload, reason from quarantine;
drop table quarantine;
alter table quarantine_numbered rename to quarantine;
