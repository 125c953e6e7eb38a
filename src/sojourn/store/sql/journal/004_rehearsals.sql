-- Drafts that run apart from what is live: in test, or as a shadow of the live version.
create table rehearsal (
  uid text primary key,           -- under which the engine knows it
  journey text not null references journey (uid),
  kind text not null,             -- test, shadow
  number integer not null,        -- the version
  options text not null,          -- JSON of journey.rehearse.Options
  started_at integer not null,    -- epoch ms, journey time
  triggered_at integer not null,  -- the latest event that was triggered for it; at first its start
  unique (journey, kind)
) without rowid;
