-- What people share: how many there were, of each counter of a journey version, since its period began.
create table counter (
  journey integer not null,
  version integer not null,
  name text not null,             -- the activity
  since integer not null,         -- epoch ms
  used integer not null,
  primary key (journey, version, name)
) without rowid;
