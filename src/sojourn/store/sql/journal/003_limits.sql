-- Capping and throttling configurations, as they were written and as they run.
create table limit_config (
  number integer primary key,     -- in the order in which they were made
  uid text not null unique,
  kind text not null,             -- capping, throttling
  sandbox text not null references sandbox (name),
  state text not null,            -- created -> updated; -> deployed; a change of a deployed one -> updated
  body text not null,             -- JSON as it was written
  running text,                   -- JSON of what is deployed; null while nothing is
  runtime text,                   -- the id under which the engine knows it
  returns_to text not null,       -- the state that undeploying leads back to
  metadata text not null          -- JSON: who and when
);

-- One throttling configuration, for all sandboxes.
create unique index one_throttling on limit_config (kind) where kind = 'throttling';
