-- The shard: where everyone is, what is due, what is to be called. Written by the engine alone.

create table meta (
  key text primary key,           -- cursor_seq, cursor_index (the next log entry), now (journey time, epoch ms)
  value integer not null
) without rowid;

-- Event ids ever processed, as 16-byte hashes: the same _id again has no effect.
create table seen (
  key blob primary key
) without rowid;

-- Short numbers for (sandbox, journey).
create table journey (
  id integer primary key,
  sandbox text not null,
  uid text not null,
  name text not null,
  unique (sandbox, uid)
);

create table journey_version (
  journey integer not null references journey (id),
  number integer not null,
  uid text not null,
  state text not null,            -- live -> closed -> stopped (live -> stopped)
  body text not null,             -- JSON of the journey document
  published_at integer not null,  -- journey time, epoch ms
  swept integer not null default 1, -- 0 while people of a stopped version are still being let go
  primary key (journey, number)
) without rowid;

-- The configuration as of the cursor.
create table document (
  sandbox text not null,
  kind text not null,
  name text not null,
  body text not null,
  primary key (sandbox, kind, name)
) without rowid;

-- One row for everyone who was ever in a journey; a short one once they have left.
create table stay (
  journey integer not null,
  person text not null,
  supplemental text not null,
  state blob not null,            -- msgpack of engine.stay.Stay
  primary key (journey, person, supplemental)
) without rowid;

-- When stays want to be woken. A row that is no longer its stay's moment is stale and skipped.
create table timer (
  due integer not null,           -- epoch ms, journey time
  journey integer not null,
  person text not null,
  supplemental text not null,
  primary key (due, journey, person, supplemental)
) without rowid;

-- Events that came while an answer was open, in order of acceptance.
create table held (
  id integer primary key,
  journey integer not null,
  person text not null,
  supplemental text not null,
  at integer not null,
  event text not null,
  payload blob not null           -- JSON
);
create index held_by_stay on held (journey, person, supplemental, id);

-- Effects not yet answered: they go out after the commit, and again after a restart.
create table outbox (
  journey integer not null,
  person text not null,
  supplemental text not null,
  n integer not null,             -- the step it belongs to
  id text not null,               -- the Idempotency-Key
  effect blob not null,           -- msgpack of engine.effect.Effect
  not_before integer,             -- epoch ms, journey time: a delayed call
  primary key (journey, person, supplemental, n)
) without rowid;

-- What the steps of one kind share, and how many there are: the report is read off this table.
create table shape (
  id integer primary key,
  journey integer not null,
  version integer not null,
  body text not null,             -- JSON of plan.Shape
  steps integer not null default 0,
  attempts integer not null default 0
);

-- Step events, a batch a row: zstd of msgpack [[journey, version, person, supplemental, entry, [[shape, n, at, took, attempts, code], ...]], ...]
create table step (
  id integer primary key,
  body blob not null
);

-- Events that had no effect, by reason.
create table discard (
  sandbox text not null,
  journey integer not null,       -- 0: no journey in particular
  event text not null,
  reason text not null,
  count integer not null,
  last_at integer not null,
  last_person text not null,
  primary key (sandbox, journey, event, reason)
) without rowid;

-- What could not be processed because of a fault of ours or a damaged row: set aside, nobody waits for it.
create table quarantine (
  id integer primary key,
  sandbox text not null,
  journey integer not null,       -- 0: before any journey was known
  person text not null,
  supplemental text not null,
  at integer not null,
  kind text not null,             -- event, timer, answer, stay
  payload blob not null,          -- JSON of the record; empty for a timer
  reason text not null
);
