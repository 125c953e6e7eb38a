-- Who may do what: users, product profiles, sessions, tokens. Tokens are kept as SHA-256, passwords as Argon2id.

create table user (
  id integer primary key,
  name text not null unique,
  email text unique,
  subject text unique,            -- issuer and subject of OpenID Connect; null: never signed in that way
  password text,                  -- Argon2id in its own format; null: none
  disabled integer not null default 0,
  signed_in_at integer,           -- epoch ms, real time, as everywhere here; null: never
  created_at integer not null
);

-- Custom product profiles; the built-in ones stand in the code.
create table profile (
  name text primary key,
  description text not null,
  grants text not null            -- JSON: {sandbox or *: [permission, ...]}
) without rowid;

create table user_profile (
  user integer not null references user (id) on delete cascade,
  profile text not null,
  primary key (user, profile)
) without rowid;

create table session (
  hash blob primary key,
  user integer not null references user (id) on delete cascade,
  seen_at integer not null,
  expires_at integer not null
) without rowid;
create index session_of_user on session (user);

-- One-time sign-in links.
create table link (
  hash blob primary key,
  user integer not null references user (id) on delete cascade,
  expires_at integer not null
) without rowid;

create table token (
  id integer primary key,
  hash blob not null unique,
  name text not null,
  user integer not null references user (id) on delete cascade,
  permissions text not null,      -- JSON list
  sandboxes text,                 -- JSON list; null: all
  created_at integer not null,
  expires_at integer not null,
  used_at integer,
  unique (user, name)
);

create table inlet_token (
  id integer primary key,
  hash blob not null unique,
  inlet text not null,            -- in journal.db
  name text not null,
  created_at integer not null,
  expires_at integer,             -- null: never
  unique (inlet, name)
);

create table audit (
  id text primary key,            -- sorts by time
  at integer not null,
  actor text not null,
  actor_kind text not null,       -- user, token, local, system
  action text not null,           -- kind of thing and what was done: user.create
  sandbox text,                   -- null: none in particular
  name text not null,             -- of the thing
  before text,                    -- JSON without secrets; null: was not there
  after text                      -- JSON without secrets; null: is no longer there
) without rowid;
