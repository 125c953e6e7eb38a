-- People who are being deleted [1.6]: their step events go batch by batch, then the log is cleaned of them.
create table forgotten (
  token text primary key,
  body blob not null,             -- msgpack of runtime.forget.Target
  step integer not null,          -- the last batch of step events that was looked through
  last_step integer not null      -- the last one that can hold any of theirs
) without rowid;
