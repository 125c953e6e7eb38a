-- The journal: documents, versions, and the log of everything accepted. Written by intake alone.

create table sandbox (
  name text primary key
) without rowid;

-- An inlet fixes the sandbox of what it takes in.
create table inlet (
  id text primary key,
  sandbox text not null references sandbox (name),
  name text not null
) without rowid;

create table document (
  sandbox text not null,
  kind text not null,             -- schema, event, action
  name text not null,
  uid text not null,
  body text not null,             -- JSON
  revision integer not null,      -- from 1, counts changes
  changed_at integer not null,    -- epoch ms, real time
  primary key (sandbox, kind, name)
) without rowid;

create table journey (
  uid text primary key,
  sandbox text not null,
  name text not null,
  unique (sandbox, name)
) without rowid;

create table journey_version (
  journey text not null references journey (uid),
  number integer not null,        -- from 1
  uid text not null unique,
  status text not null,           -- draft -> published -> closed -> stopped (published -> stopped): what was asked for
  body text not null,             -- JSON
  changed_at integer not null,
  primary key (journey, number)
) without rowid;

-- Everything the engine is driven by, in order of acceptance: events, changed documents, lifecycle, clock marks.
create table log (
  seq integer primary key,
  body blob not null              -- zstd of a msgpack list of [kind, at, sandbox, payload]
);

create table meta (
  key text primary key,
  value integer not null
) without rowid;

insert into sandbox values ('prod');
insert into inlet values ('prod', 'prod', 'default inlet');
