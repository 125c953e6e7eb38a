-- Segments: which there are, who is in them, and what is being evaluated.

create table segment (
  id integer primary key,
  sandbox text not null,
  name text not null,
  uid text not null,
  definition text,                -- null: uploaded
  daily text not null,            -- HH:MM, UTC
  due integer,                    -- epoch ms of the next scheduled evaluation, null for none
  upload integer not null,        -- number of the latest upload
  realized integer not null default 0,
  existing integer not null default 0,
  exited integer not null default 0,
  evaluated_at integer,           -- epoch ms of the latest evaluation of all profiles that has come to its end
  errors integer not null default 0, -- evaluations that failed; such a profile is not in the segment
  error text not null default '',
  unique (sandbox, name)
);

-- Evaluations of all profiles that are under way: each as of one moment, profile by profile in order of their numbers.
create table segment_run (
  id integer primary key,
  sandbox text not null,
  at integer not null,            -- epoch ms: as of when
  place integer not null,         -- the last profile that is done
  last integer not null,          -- the last that there is to do
  segments text not null          -- JSON list of their ids
);

-- Profiles behind a run's place that are done already, as they were about to change.
create table segment_ahead (
  run integer not null,
  profile integer not null,
  primary key (run, profile)
) without rowid;

-- Of whoever was ever in a segment.
create table membership (
  profile integer primary key,
  body blob not null              -- msgpack of [profile.membership.Membership, ...]
);

-- Entries and exits in order, those of a turn a row.
create table qualification (
  id integer primary key,
  body blob not null              -- zstd of msgpack [profile.membership.Qualification, ...]
);
