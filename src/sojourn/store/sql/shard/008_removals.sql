-- Versions of journeys that are being deleted, and how far that is.
create table removal (
  journey integer not null,
  number integer not null,        -- 0: the whole journey
  step integer not null,          -- the batch of step events up to which theirs are out
  last_step integer not null,     -- the last batch that may hold any
  primary key (journey, number)
) without rowid;

create index shape_by_version on shape (journey, version);
