-- Who changed what, written in the transaction that changes it.
create table audit (
  id text primary key,            -- sorts by time
  at integer not null,            -- epoch ms, real time
  actor text not null,
  actor_kind text not null,       -- user, token, local, system
  action text not null,           -- kind of thing and what was done: event.update
  sandbox text,                   -- null: none in particular
  name text not null,             -- of the thing
  before text,                    -- JSON without secrets; null: was not there
  after text                      -- JSON without secrets; null: is no longer there
) without rowid;

-- An inlet may ask for a token of its own (in access.db).
alter table inlet add column authenticated integer not null default 0;
