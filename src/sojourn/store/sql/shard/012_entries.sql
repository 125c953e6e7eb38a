-- How people get into journeys besides by their own events: audiences that are read, and who waits to enter.

-- Who is to enter a journey at `due`; of those of one moment, in the order of `n` [6.13].
create table entrant (
  due integer not null,           -- epoch ms, journey time
  n integer not null,
  journey integer not null,
  person text not null,
  supplemental text not null,
  at integer not null,            -- when it was accepted, epoch ms
  event text not null,
  payload blob not null,          -- JSON; empty where the audience's run has it
  run integer not null,           -- the run of an audience, 0 for none
  primary key (due, n)
) without rowid;
create index entrant_of on entrant (journey, person);
create index entrant_by_run on entrant (run) where run > 0;

-- Journeys whose entries are spread over time.
create table pace (
  journey integer primary key,
  free integer not null           -- from when on the next may enter, epoch microseconds
);

-- When versions read their audience next, and when they did so last.
create table audience (
  journey integer not null,
  version integer not null,
  due integer,                    -- epoch ms, journey time; null: not by the clock, or no more
  read_at integer,                -- epoch ms; null: never
  primary key (journey, version)
) without rowid;

-- Reads of an audience: each takes those who are in the segment as of `at`, profile by profile.
create table audience_run (
  id integer primary key,
  uid text not null,
  journey integer not null,
  version integer not null,
  segment text not null,          -- its uid
  at integer not null,            -- epoch ms, journey time
  since integer,                  -- only who has come into it later than that
  status text not null,           -- queued, started, finished, failed
  place integer not null,         -- the last profile that is done
  total integer not null,         -- members found so far
  refused integer not null,       -- those of them who have no id in the journey's namespace
  payload blob not null           -- JSON of the business event that has started it
);
create index audience_run_of on audience_run (journey, id);
