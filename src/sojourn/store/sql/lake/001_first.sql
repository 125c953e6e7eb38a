-- The lake's manifest: a file is part of the lake when it stands here, and not otherwise.

create table meta (
  key text primary key,           -- step, fact: the last rows of the shard that the files hold
  value integer not null
) without rowid;

create table file (
  id integer primary key autoincrement, -- never given out twice
  sandbox text not null,
  dataset text not null,          -- step, service, feedback, ...
  day text not null,              -- YYYY-MM-DD, UTC
  rows integer not null,
  bytes integer not null,
  dropped integer                 -- epoch ms, real: replaced since then; deleted once no answer reads it any more
);
create index file_of on file (sandbox, dataset, day);

-- People who were deleted, and are in no file any more.
create table erased (
  token text primary key
) without rowid;
