-- What the lake is to hold besides step events: those of a turn a row for each kind [9.3].
create table fact (
  id integer primary key,
  kind text not null,             -- discard, ... (report/facts.py)
  body blob not null              -- zstd of msgpack [[...], ...]
);
alter table forgotten add column fact integer not null default 0;      -- as `step` and `last_step`, of facts
alter table forgotten add column last_fact integer not null default 0;
