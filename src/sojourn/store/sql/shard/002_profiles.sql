-- Profiles and lookup records: what is known of people, and of the things that records refer to.

-- Identities ever seen, as 16-byte hashes: whose they are. They stay when profiles merge or are deleted.
create table identity (
  key blob primary key,
  profile integer not null
) without rowid;

create table profile (
  id integer primary key,
  sandbox text not null,
  body blob not null              -- msgpack of profile.person.Person, zstd when that is worth it
);

-- A profile's earlier events, in rows of some dozens.
create table profile_events (
  profile integer not null,
  number integer not null,        -- from 0, without gaps
  body blob not null,             -- zstd of msgpack [profile.events.Event, ...]
  primary key (profile, number)
) without rowid;

-- Namespaces in which somebody has several ids: only there is it worth asking for the others.
create table kin (
  sandbox text not null,
  namespace text not null,
  primary key (sandbox, namespace)
) without rowid;

-- Records of the user's own classes, by the primary identity.
create table lookup (
  sandbox text not null,
  schema text not null,
  key text not null,
  body blob not null,             -- msgpack of profile.attributes.Layers
  primary key (sandbox, schema, key)
) without rowid;
