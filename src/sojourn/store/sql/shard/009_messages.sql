-- Messages to people, and who may be written to [5.6, 5.7].

create table message (
  id text primary key,            -- of the effect: the Idempotency-Key, and part of the Message-ID
  journey integer not null,
  person text not null,
  supplemental text not null,
  version integer not null,
  entry integer not null,         -- with the four before: the stay that it belongs to
  sandbox text not null,
  uid text not null,              -- of the journey version
  stay text not null,
  activity text not null,
  channel text not null,          -- email, push, sms
  configuration text not null,
  address text not null,
  namespace text,
  marketing integer not null,
  test integer not null,
  at integer not null,            -- epoch ms: when it was decided on
  status text not null default 'pending' -- then what was heard of it last: sent, delivered, hardBounce, ...
) without rowid;
create index message_of_person on message (journey, person);

create table suppression (
  sandbox text not null,
  channel text not null,
  address text not null,
  reason text not null,           -- hardBounce, complaint, unsubscribed, or what somebody wrote
  at integer not null,
  primary key (sandbox, channel, address)
) without rowid;

-- When somebody was written to, as far as frequency rules count.
create table contact (
  person blob not null,           -- hash of an identity
  counter text not null,          -- the rule
  at integer not null,
  count integer not null,
  primary key (person, counter, at)
) without rowid;
